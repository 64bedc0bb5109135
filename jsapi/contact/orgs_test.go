package contact_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/jsapi/contact"
)

// The departments of small: 研发, with 研发/前端 below it, and 市场.
func TestSelectOrgs(t *testing.T) {
	const selectsTwo = `{"orgs":["市场","研发/前端","市场"]}`
	const left = `{"cancel":true}`
	for _, test := range []struct{ name, method, params, answer, want string }{
		{"in the order of choosing, each once", "selectOrgs", `{}`, selectsTwo, `{"orgs":[{"orgId":"市场","orgName":"市场"},{"orgId":"研发/前端","orgName":"前端"}]}`},
		{"by name", "selectOrgs", `{"isMulti":"false"}`, `{"orgs":["前端"]}`, `{"orgs":[{"orgId":"研发/前端","orgName":"前端"}]}`},
		{"none is allowed", "selectOrgs", `{"isAllowEmpty":true}`, `{"orgs":[]}`, `{"orgs":[]}`},
		{"none is not allowed", "selectOrgs", `{}`, `{"orgs":[]}`, "90005 至少要选一个部门 (调用没有给 isAllowEmpty)"},
		{"left", "selectOrgs", `{}`, left, "1 未选择退出"},
		{"one", "selectOrg", `{}`, `{"orgs":["研发"]}`, `{"orgids":["研发"]}`},
		{"several where one is asked for", "selectOrg", ``, selectsTwo, "90005 此处只能选一个部门, 收到 2 个"},
		{"several ids", "selectOrg", `{"isMulti":true}`, selectsTwo, `{"orgids":["市场","研发/前端"]}`},
		{"left without an id", "selectOrg", `{}`, left, "1 未选择退出"},
		{"the key is persons", "selectDepts", `{}`, `{"orgs":["研发"]}`, `{"persons":[{"orgId":"研发","name":"研发"}]}`},
		{"on the blacklist", "selectDepts", `{"blacklist":["研发"]}`, `{"orgs":["研发"]}`, "90005 部门“研发” (研发) 不在可选之列"},
		{"below one on the blacklist", "selectDepts", `{"blacklist":["研发"]}`, `{"orgs":["前端"]}`, `{"persons":[{"orgId":"研发/前端","name":"前端"}]}`},
		{"not on the whitelist", "selectDepts", `{"whitelist":["市场"]}`, `{"orgs":["研发"]}`, "90005 部门“研发” (研发) 不在可选之列"},
		{"on the whitelist", "selectDepts", `{"whitelist":["市场"]}`, `{"orgs":["市场"]}`, `{"persons":[{"orgId":"市场","name":"市场"}]}`},
		{"unknown", "selectDepts", `{}`, `{"orgs":["财务"]}`, `90005 没有 orgId 为 "财务" 的部门, 也没有 (或不止一个) 叫这个名字的部门`},
		{"neither", "selectOrgs", `{}`, `{}`, "90005 选部门视图的回答应为 {orgs: [orgId 或部门名, …]} 或 {cancel: true}"},
		{"both", "selectOrgs", `{}`, `{"orgs":["研发"],"cancel":true}`, "90005 选部门视图的回答不能既有 orgs 又有 cancel"},
	} {
		t.Run(test.name, func(t *testing.T) {
			host, _ := world(small(t))
			p := open(t, host)
			end := p.begin(test.method, test.params)
			p.say(wait(t, p.views).ID, test.answer)
			got := end()
			said := string(got.raw)
			if got.Success != "true" {
				said = got.ErrorCode + " " + got.Error
			}
			assert.Equal(t, test.want, said)
			assert.Equal(t, []string{"disappear", "appear"}, p.told())
		})
	}
}

func TestOrgPickerShowsTheTree(t *testing.T) {
	host, d := world(small(t))
	p := open(t, host)
	end := p.begin("selectDepts", `{"isMulti":false,"blacklist":["研发"]}`)
	m := wait(t, p.views)
	assert.Equal(t, "view.orgPicker", m.Method)
	assert.JSONEq(t, `{"company":"小团队","multi":false,"allowEmpty":false,"selected":[],"departments":[
		{"id":"研发","parentId":"","name":"研发","people":4,"fixed":true},
		{"id":"研发/前端","parentId":"研发","name":"前端","people":2,"fixed":false},
		{"id":"市场","parentId":"","name":"市场","people":2,"fixed":false}]}`, string(m.Params))

	busy := p.call("selectPersons", "") // one picker at a time, of whatever kind
	assert.Equal(t, string(contact.PickerOpen), busy.ErrorCode)
	p.say(m.ID, `{"cancel":true}`)
	end()
	assert.Zero(t, contact.OpenPickers(d))

	end = p.begin("selectOrgs", `{"selectedOrgs":["市场","不存在"]}`)
	m = wait(t, p.views)
	var shown struct{ Selected []string }
	require.NoError(t, json.Unmarshal(m.Params, &shown))
	assert.Equal(t, []string{"市场"}, shown.Selected)
	p.say(m.ID, `{"orgs":["市场"]}`)
	assert.Equal(t, "true", end().Success)
}
