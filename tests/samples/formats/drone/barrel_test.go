package cooper

import "testing"

func TestALitreNeedsABarrel(t *testing.T) {
	if Barrels(1) != 1 {
		t.Fatal("a litre has no barrel")
	}
}
