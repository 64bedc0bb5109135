package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"path/filepath"

	"qinghost/internal/bench"
)

var (
	//go:embed peers.json
	peersJSON []byte
	//go:embed msw.mjs
	mswJS string
)

// What the stateless peers answer: as long as what the others do.
const (
	createAnswer = `{"success":true,"errorCode":0,"error":null,"data":{"meetingId":"5b6938c0e4b0f5a2d1c7a9e3"}}`
	queryAnswer  = `{"success":true,"errorCode":0,"error":null,"data":[{"openid":"6ffcf6f62df6dd19f3d17cc7","type":null,"title":"测试会议000012345",` +
		`"content":"新增会议测试","meetingPlace":"云8会议室","meetingStatus":0,"readStatus":1,"acceptStatus":2,"personName":"方知遥","doneTime":null,` +
		`"id":"5b6938c0e4b0f5a2d1c7a9e3","noticeTime":0,"startDate":1522729800000,"endDate":1522733400000,"createDate":1522729800000,` +
		`"roomId":null,"roomOrderId":null}]}`
)

// object is a JSON object.
type object = map[string]any

// peers returns those of npm. When npm fails they are missing, all of them.
func peers(ctx context.Context, r *bench.Run) ([]side, error) {
	mockoon, err := r.Write("mockoon.json", text(mockoonConfig()))
	if err != nil {
		return nil, err
	}
	prism, err := r.Write("openapi.json", text(prismConfig()))
	if err != nil {
		return nil, err
	}
	msw, err := r.Write("msw.mjs", mswJS)
	if err != nil {
		return nil, err
	}
	db, err := r.Write("db.cjs", "module.exports = () => ({ meetings: [] });\n") // from a .json it would write the whole file at every change
	if err != nil {
		return nil, err
	}
	if _, err := r.Write("wiremock/mappings/server.json", text(wiremockConfig())); err != nil {
		return nil, err
	}
	jar, err := filepath.Glob(r.Module("wiremock", "build", "wiremock-standalone-*.jar"))
	if err != nil {
		return nil, err
	}
	sides := []side{
		{name: "mockoon", program: "node", newWork: stateless, args: func(port string) ([]string, error) {
			return []string{r.Module("@mockoon", "cli", "bin", "run.js"), "start", "--data", mockoon, "--port", port, "--hostname", "127.0.0.1",
				"--repair", "--disable-admin-api", "--disable-log-to-file", "--disable-tls", "--max-transaction-logs", "0"}, nil
		}},
		{name: "json-server", program: "node", newWork: jsonServerWork, args: func(port string) ([]string, error) {
			return []string{r.Module("json-server", "lib", "cli", "bin.js"), db, "--quiet", "--host", "127.0.0.1", "--port", port,
				"--no-gzip", "--no-cors"}, nil
		}},
		{name: "msw", program: "node", newWork: stateless, args: func(port string) ([]string, error) {
			return []string{msw, port, text(object{createPath: createAnswer, queryPath: queryAnswer})}, nil
		}},
		{name: "prism", program: "node", newWork: stateless, args: func(port string) ([]string, error) {
			return []string{r.Module("@stoplight", "prism-cli", "dist", "index.js"), "mock", prism, "--host", "127.0.0.1", "--port", port,
				"--multiprocess=false", "--verboseLevel", "silent", "--cors=false"}, nil
		}},
		{name: "wiremock", program: "java", newWork: stateless, warm: fixed, args: func(port string) ([]string, error) {
			return append([]string{"-jar"}, append(jar, "--port", port, "--bind-address", "127.0.0.1", "--root-dir", filepath.Join(r.Cache, "wiremock"),
				"--no-request-journal", "--disable-request-logging", "--disable-banner", "--disable-gzip", "--disable-response-templating",
				"--disable-extensions-scanning")...), nil
		}},
	}
	failed := r.Install(ctx, peersJSON)
	for i := range sides {
		sides[i].peer = true
		if failed != nil {
			r.Missing[sides[i].name] = failed.Error()
		}
	}
	r.Has("wiremock", "java", "default-jre-headless")
	return sides, nil
}

func text(v any) string {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // plain values
	}
	return string(b)
}

// mockoonConfig is an environment with two fixed answers; Mockoon itself adds what else belongs into one (--repair).
func mockoonConfig() object {
	var routes, children []object
	for path, answer := range map[string]string{createPath: createAnswer, queryPath: queryAnswer} {
		routes = append(routes, object{
			"uuid": path, "type": "http", "method": "post", "endpoint": path[1:], "documentation": "", "responseMode": nil,
			"responses": []object{{
				"uuid": path + "/answer", "body": answer, "bodyType": "INLINE", "statusCode": 200, "latency": 0, "label": "", "rules": []any{},
				"rulesOperator": "OR", "default": true, "disableTemplating": true, "fallbackTo404": false,
				"headers": []object{{"key": "Content-Type", "value": "application/json"}},
			}},
		})
		children = append(children, object{"type": "route", "uuid": path})
	}
	return object{"uuid": "server", "name": "server", "lastMigration": 33, "port": 3000, "hostname": "", "endpointPrefix": "", "latency": 0,
		"folders": []any{}, "routes": routes, "rootChildren": children, "headers": []any{}, "cors": false}
}

// prismConfig is an OpenAPI document with two examples of answers, and without schemas that bodies would be checked by.
func prismConfig() object {
	paths := object{}
	for path, answer := range map[string]string{createPath: createAnswer, queryPath: queryAnswer} {
		paths[path] = object{"post": object{"requestBody": object{"content": object{"application/json": object{}}},
			"responses": object{"200": object{"description": "answer",
				"content": object{"application/json": object{"example": json.RawMessage(answer)}}}}}}
	}
	return object{"openapi": "3.0.3", "info": object{"title": "server", "version": "1"}, "paths": paths}
}

func wiremockConfig() object {
	var mappings []object
	for path, answer := range map[string]string{createPath: createAnswer, queryPath: queryAnswer} {
		mappings = append(mappings, object{
			"request":  object{"method": "POST", "urlPath": path},
			"response": object{"status": 200, "body": answer, "headers": object{"Content-Type": "application/json"}},
		})
	}
	return object{"mappings": mappings}
}

// jsonServerWork does the same by json-server's own paths: it has a filter, and no day.
func jsonServerWork(host string) (*work, error) {
	return &work{
		create: func(n int64) []byte {
			body := meeting(n)
			return fmt.Appendf(nil, "POST /meetings HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", host, len(body), body)
		},
		query: func(n int64) []byte {
			return fmt.Appendf(nil, "GET /meetings?startDate=%d HTTP/1.1\r\nHost: %s\r\n\r\n", startOf(n), host)
		},
		created: `"id"`, shows: true,
	}, nil
}
