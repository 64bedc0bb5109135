package device

import (
	"context"

	"qinghost/bridge"
)

type scanParams struct {
	NeedResult bridge.Int `json:"needResult"`
	// ScanType is passed by pages; what it changes is not known.
	ScanType any `json:"scanType"`
}

// scanned is what scanQRCode answers with. Without needResult, and when the scanner is closed, it has no data.
type scanned struct {
	bridge.Whole
	Success string `json:"success"`
	Data    *code  `json:"data,omitempty"`
}

type code struct {
	Text string `json:"qrcode_str"`
}

// scan shows the scanner. What the client does with a code by itself (needResult 0) is not imitated.
func (d *Device) scan(ctx context.Context, page bridge.Page, p scanParams) (scanned, error) {
	defer page.Cover()()
	var s scan
	if err := page.Call(ctx, "view.scanner", map[string]bool{"needResult": p.NeedResult == 1}, &s); err != nil {
		return scanned{}, err
	}
	answer := scanned{Success: "true"}
	if p.NeedResult == 1 && !s.Cancel {
		answer.Data = &code{s.Text}
	}
	return answer, nil
}

// scan is the answer to the scanner: what stands in the code.
type scan struct {
	Text   string `json:"text"`
	Cancel bool   `json:"cancel"`
}

// Check refuses an answer without a text.
func (s *scan) Check() error {
	if s.Text == "" && !s.Cancel {
		return bridge.Errorf(bridge.NoView, "回答应有 text (码的内容) 或 cancel")
	}
	return nil
}
