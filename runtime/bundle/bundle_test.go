package bundle

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dop251/goja"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// run runs a bundle, and returns the global variable out.
func run(t *testing.T, b *Bundle) any {
	t.Helper()
	require.NoError(t, b.Err)
	rt := goja.New()
	_, err := rt.RunScript("bundle", string(b.Code))
	require.NoError(t, err, string(b.Code))
	return rt.Get("out").Export()
}

func TestWhatItReads(t *testing.T) {
	dir := project(t, map[string]string{
		"a.ts": `import { b } from './lib/b';
import data from './data.json';
import './looks.css';
import logo from './logo.svg';
import pkg, { side } from 'pkg';
import { aliased } from '@/aliased';
import inner from '@scope/x/inner';
const h = (tag: string, _: unknown, ...kids: unknown[]) => tag + kids.join('');
async function* letters() { yield 'x'; yield 'y'; }
class Field { static count = 1; #secret = 2; get secret() { return this.#secret; } }
(globalThis as any).out = [b<string>('1'), data.名, typeof logo, pkg, side, aliased, inner, new Field().secret, data?.无 ?? '空', process.env.NODE_ENV];`,
		"jsx.tsx":                            `/** @jsx h */ const h = (tag: string, _: unknown, ...kids: unknown[]) => tag + kids.join(''); (globalThis as any).out = <b>云{1}</b>;`,
		"lib/b.ts":                           `export const b = <T>(x: T): T => x;`,
		"data.json":                          `{"名": "云之家"}`,
		"looks.css":                          `@import url(https://example.com/x.css); a { b: url(没有.png) }`,
		"logo.svg":                           `<svg/>`,
		"src/aliased.ts":                     `export const aliased = '别名';`,
		"tsconfig.json":                      `{"extends": "./base.json"}`,
		"base.json":                          `{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}`,
		"node_modules/pkg/package.json":      `{"name": "pkg", "main": "cjs.js", "browser": {"fs": false}}`,
		"node_modules/pkg/cjs.js":            `require('fs'); module.exports = '包'; module.exports.side = 1;`,
		"node_modules/@scope/x/package.json": `{"name": "@scope/x", "exports": {"./inner": {"import": "./esm.js", "require": "./no.js"}}}`,
		"node_modules/@scope/x/esm.js":       `export default '内';`,
	})
	b := (&Bundler{Root: dir}).Bundles([]string{filepath.Join(dir, "a.ts"), filepath.Join(dir, "jsx.tsx")})
	assert.Equal(t, []any{"1", "云之家", "object", "包", nil, "别名", "内", int64(2), "空", "test"}, run(t, b[0]))
	assert.Equal(t, "b云1", run(t, b[1]))
	assert.Contains(t, b[0].Inputs, filepath.Join(dir, "node_modules", "pkg", "cjs.js"))
	assert.Contains(t, b[0].Inputs, filepath.Join(dir, "data.json"))
	assert.Contains(t, string(b[0].Map), `"lib/b.ts", "data.json", "a.ts"`)
	assert.Contains(t, string(b[0].Map), `"sourcesContent"`)
}

func TestCache(t *testing.T) {
	dir := project(t, map[string]string{
		"a.ts": `import { x } from './b'; out = x; declare let out: any;`, "b.ts": `export const x = 1;`, "c.ts": `out = 3; declare let out: any;`,
		"tsconfig.json": `{}`,
	})
	cache := filepath.Join(t.TempDir(), "bundles")
	files := []string{filepath.Join(dir, "a.ts"), filepath.Join(dir, "c.ts")}
	bundler := &Bundler{Root: dir, Cache: cache, Warn: func(err error) { t.Error(err) }}
	bundles := func() []any {
		t.Helper()
		all := bundler.Bundles(files)
		return []any{run(t, all[0]), run(t, all[1])}
	}
	// kept says which of the two come from the cache.
	kept := func() [2]bool {
		c := newCache(bundler)
		return [2]bool{c.load(files[0]) != nil, c.load(files[1]) != nil}
	}
	assert.Equal(t, [2]bool{}, kept())
	assert.Equal(t, []any{int64(1), int64(3)}, bundles())
	assert.Equal(t, [2]bool{true, true}, kept())
	first := bundler.Bundles(files)
	assert.Equal(t, []any{int64(1), int64(3)}, bundles())
	assert.Equal(t, first[0].Sum, bundler.Bundles(files)[0].Sum)

	write(t, filepath.Join(dir, "b.ts"), `export const x = 2;`)
	assert.Equal(t, [2]bool{false, true}, kept(), "only what the change touches")
	assert.Equal(t, []any{int64(2), int64(3)}, bundles())

	write(t, filepath.Join(dir, "tsconfig.json"), `{"extends": "./other.json"}`)
	assert.Equal(t, [2]bool{}, kept(), "the configuration has changed")
	bundles()
	write(t, filepath.Join(dir, "other.json"), `{"compilerOptions": {"jsx": "react"}}`)
	assert.Equal(t, [2]bool{}, kept(), "so has what it extends")
	bundles()
	write(t, filepath.Join(dir, "package.json"), `{"sideEffects": false}`)
	assert.Equal(t, [2]bool{}, kept(), "and the package")
	bundles()

	// A damaged entry is none, wherever the damage is.
	name := newCache(bundler).name(files[0])
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	for _, at := range []int{0, 20, len(text) / 2, len(text) - 1} {
		damaged := append([]byte{}, text...)
		damaged[at] ^= 0xff
		require.NoError(t, os.WriteFile(name, damaged, 0o600))
		assert.Equal(t, []any{int64(2), int64(3)}, bundles())
		require.NoError(t, os.WriteFile(name, text[:at], 0o600))
		assert.Equal(t, []any{int64(2), int64(3)}, bundles())
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache(&Bundler{Cache: t.TempDir()})
	for i, name := range []string{"d", "c", "b", "a"} {
		path := filepath.Join(c.Cache, name)
		write(t, path, "0123456789")
		require.NoError(t, os.Chtimes(path, time.Time{}, time.Now().Add(-time.Hour*time.Duration(i+1))))
	}
	names := func() (names []string) {
		entries, err := os.ReadDir(c.Cache)
		require.NoError(t, err)
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		return names
	}
	c.trim(40)
	assert.Equal(t, []string{"a", "b", "c", "d"}, names())
	c.trim(39)
	assert.Equal(t, []string{"d"}, names(), "the newest, until a half is left")
}

func TestCacheThatCannotBeWritten(t *testing.T) {
	dir := project(t, map[string]string{"a.ts": `out = 1; declare let out: any;`, "file": ""})
	var told []error
	bundler := &Bundler{Root: dir, Cache: filepath.Join(dir, "file"), Warn: func(err error) { told = append(told, err) }}
	assert.Equal(t, int64(1), run(t, bundler.Bundles([]string{filepath.Join(dir, "a.ts")})[0]))
	require.Len(t, told, 1)
	assert.ErrorContains(t, told[0], "缓存")
}

func TestMessages(t *testing.T) {
	for text, want := range map[string]string{
		"const x = ;":                  `a.ts:1:11: 语法错误: 此处不应有 ";"`,
		"const 名 = '云\n":               `a.ts:1:`,
		"f(":                           `a.ts:1:3: 语法错误: 文件没有写完`,
		"let a; let a;":                `a.ts:1:12: "a" 已经声明过`,
		"import 'node:fs'":             `a.ts:1:8: 找不到模块 'node:fs': 'node:fs' 是 Node 内置模块`,
		"import '@scope/包'":            `a.ts:1:8: 找不到模块 "@scope/包": 请先安装它 (npm install @scope/包)`,
		"import '@jest/globals'":       `a.ts:1:8: 找不到模块 "@jest/globals": test、expect、fn 等在这里是全局的`,
		"import 'b'":                   `a.ts:1:8: 找不到模块 "b": 是否想写 "./b"?`,
		"import { y } from './b'; y()": `没有导出 "y"`,
		"import x from './x.vue'; x()": `不会读 .vue 文件: x.vue`,
		"/* 云🎉 */ import './没有'":       `a.ts:1:18: 找不到模块 "./没有": 没有这个文件`,
	} {
		dir := project(t, map[string]string{"a.ts": text, "b.ts": "export const x = 1;", "x.vue": ""})
		b := (&Bundler{Root: dir}).Bundles([]string{filepath.Join(dir, "a.ts")})[0]
		require.ErrorContains(t, b.Err, want, text)
	}
}

func TestFrame(t *testing.T) {
	dir := project(t, map[string]string{"a.ts": "const a = 1;\nconst 云 = '家', b = ;\nf();\n"})
	b := (&Bundler{Root: dir}).Bundles([]string{filepath.Join(dir, "a.ts")})[0]
	failed := b.Err.(*Error) //nolint:errorlint,forcetypeassert // it is what it is
	assert.Equal(t, "  1 | const a = 1;\n> 2 | const 云 = '家', b = ;\n    |                      ^\n  3 | f();\n  4 |", failed.Messages[0].Frame)
}
