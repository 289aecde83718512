package graph

import (
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
)

func attachmentsOf(of string, files []policies.Attachment) []wire.Attachment {
	list := make([]wire.Attachment, len(files))
	for i, a := range files {
		list[i] = wire.Attachment{Attachment: a, Of: of}
	}
	return list
}
