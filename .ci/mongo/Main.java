import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Serves MongoDB's wire protocol from memory on a free local port until it is killed. */
class Main {
    /**
     * What the server says it is: the oldest version the Go driver talks to. The server's own
     * newest is one wire version older, which the driver refuses; the commands used here are the
     * same in both.
     */
    private static final MongoVersion VERSION = new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }

        @Override
        public String toVersionString() {
            return "4.4.0";
        }
    };

    /** args[0]: the file that is to hold the port, written once the server answers. */
    public static void main(String[] args) throws Exception {
        MemoryBackend backend = new MemoryBackend();
        backend.version(VERSION);
        backend.enableOplog(); // for change streams
        MongoServer server = new MongoServer(backend);
        server.bind(new InetSocketAddress("127.0.0.1", 0));
        Path port = Path.of(args[0]);
        Path half = Path.of(args[0] + ".half");
        Files.writeString(half, Integer.toString(server.getLocalAddress().getPort()));
        Files.move(half, port, StandardCopyOption.ATOMIC_MOVE);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    }
}
