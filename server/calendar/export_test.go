package calendar

// MaxPast is how many events of the past a feed has at the most.
var MaxPast = &maxPast
