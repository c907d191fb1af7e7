// Package cooper counts barrels.
package cooper

// Barrels is how many barrels hold the litres.
func Barrels(litres int) int {
	return (litres + 158) / 159
}
