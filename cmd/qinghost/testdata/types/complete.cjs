// Prints what an editor offers at the end of each of these texts: node complete.cjs TYPESCRIPT, in a folder with qing.d.ts.
const ts = require(process.argv[2]);
const fs = require('fs');
const asked = ["qing.call('", "host.fail('", "host.answer('", "qing.call('createLive', { "];
const text = asked.map((text) => text + (text.endsWith("'") ? "')" : '})')).join('\n');
fs.writeFileSync('asked.ts', text);
const service = ts.createLanguageService({
  getScriptFileNames: () => ['qing.d.ts', 'right.ts', 'asked.ts'],
  getScriptVersion: () => '1',
  getScriptSnapshot: (name) => (fs.existsSync(name) ? ts.ScriptSnapshot.fromString(fs.readFileSync(name, 'utf8')) : undefined),
  getCurrentDirectory: () => process.cwd(),
  getCompilationSettings: () => ({ strict: true, moduleDetection: ts.ModuleDetectionKind.Force, types: [] }),
  getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
});
const offered = (what) => service.getCompletionsAtPosition('asked.ts', text.indexOf(what) + what.length, {}).entries;
console.log(JSON.stringify(asked.map((what) => offered(what).map((entry) => entry.name))));
