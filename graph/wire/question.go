package wire

import "github.com/ewtp/entente/policies"

// A ConsultationQuestion is a question with the consultation that asks it.
type ConsultationQuestion struct {
	policies.ConsultationQuestion
	In policies.Consultation
}
