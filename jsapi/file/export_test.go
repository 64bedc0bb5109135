package file

// Limit sets how many bytes of the developer's own pictures are kept.
func Limit(f *Files, most int64) { f.most = most }
