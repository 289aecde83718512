// Package answer is how every face answers what isn't a success: one body for all
// refusals, one table from codes to HTTP statuses, one ladder from errors to codes, one
// check of methods. Its [Writer] knows when an answer begins.
package answer
