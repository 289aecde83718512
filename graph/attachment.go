package graph

import (
	"github.com/ewtp/entente/graph/gen"
	"github.com/ewtp/entente/graph/wire"
	"github.com/ewtp/entente/policies"
)

func attached(of string, files []policies.Attachment) []wire.Attachment {
	list := make([]wire.Attachment, len(files))
	for i, a := range files {
		list[i] = wire.Attachment{Attachment: a, Of: of}
	}
	return list
}

func referred(in []gen.AttachmentInput) (list []policies.Attachment) {
	for _, a := range in {
		list = append(list, policies.Attachment{Digest: a.Digest, Name: or(a.Name)})
	}
	return list
}
