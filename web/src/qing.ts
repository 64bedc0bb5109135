import { connect } from './client';
import type { Config } from './config';
import { HOST } from './host';
import { createLibrary } from './library';
import { openChannels } from './native';
import { start } from './start';

/** The configuration, which the Go side puts around the bundle; see web/web.go. */
declare const QINGHOST_CONFIG: Config;

// The page may ask for its own copy too: it has ours already.
if (!(HOST in globalThis)) {
  start(QINGHOST_CONFIG, (place) => {
    const { client, host } = connect(QINGHOST_CONFIG, place);
    Object.defineProperty(globalThis, HOST, { value: host });
    // A page that brings a library of its own all the same finds the client's channels.
    openChannels(client, QINGHOST_CONFIG, createLibrary(QINGHOST_CONFIG, client));
  });
}
