package jsapi

// What unbuilt.go says of the real client's methods.
var (
	Vendor = vendor
	Only   = only
)
