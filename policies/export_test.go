package policies

// What tests outside of the package look at.
const (
	MaxContext    = maxContext
	MaxFileName   = maxFileName
	MaxSupporters = maxSupporters
	SessionSlack  = sessionSlack
)

// What tests outside of the package look at.
var (
	Update          = update
	LocalTimes      = localTimeForms
	ClauseChanged   = clauseChanged
	CleanEmail      = cleanEmail
	CheckCost       = (*CostEstimate).check
	DocumentSettled = (*Document).checkNotSettled
)
