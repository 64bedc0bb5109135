package bridge

import "strings"

// Nearest returns the first of the known names that differs least from name, by no more than a third of it or one letter;
// empty when none is near. Case does not count. For "did you mean".
func Nearest(name string, known []string) string {
	best, found := max(len(name)/3, 1)+1, ""
	for _, candidate := range known {
		if d := distance([]rune(strings.ToLower(name)), []rune(strings.ToLower(candidate))); d < best {
			best, found = d, candidate
		}
	}
	return found
}

// distance is the edit distance in which two neighbours that changed places count once.
func distance(a, b []rune) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
