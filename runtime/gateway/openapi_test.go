package gateway

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

func TestOpenAPI(t *testing.T) {
	text, err := OpenAPI(testAPIs())
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(text)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()), "%s", text)

	var plain document
	require.NoError(t, json.Unmarshal(text, &plain))
	require.Equal(t, "3.1.0", plain.OpenAPI)
	require.Len(t, plain.Paths, 6, "aliases too, what only pages call not")
	op := plain.Paths[book].Post
	require.Equal(t, "meeting.book", op.OperationID)
	require.Equal(t, []string{"meeting"}, op.Tags)
	require.Equal(t, []map[string][]string{{"accessToken": {"resGroupSecret"}}}, op.Security)
	require.JSONEq(t, `{"title":"周会"}`, string(op.RequestBody.Content["application/json"].Example))
	require.Empty(t, plain.Paths["/gateway/oauth2/token/give"].Post.Security)
	require.NotNil(t, plain.Paths["/gateway/oauth2/token/give"].Post.Security)
	require.Equal(t, "roomBook.list.alias1", plain.Paths["/roombook/api/third/list"].Post.OperationID)

	params, err := json.Marshal(op.RequestBody.Content["application/json"].Schema)
	require.NoError(t, err)
	require.JSONEq(t, `{"type":"object","properties":{"title":{"type":"string"},"at":{"type":"integer","format":"int64","description":"也可写成字符串"},
		"note":{"type":["string","null"]},"place":{"type":"string"},"tags":{"type":"array","items":{"type":"string"}},"opt":{"type":["integer","null"]}}}`, string(params))
	exact := plain.Paths[list].Post.RequestBody.Content["application/json"].Schema
	require.Contains(t, exact.Properties, "openid", "a type that reads itself is described by its tags")
}

func TestOpenAPIRefusesABadExample(t *testing.T) {
	apis := testAPIs()
	bridge.Example(`{`)(&apis[0])
	_, err := OpenAPI(apis)
	require.ErrorContains(t, err, "meeting.book")
}
