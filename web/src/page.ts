// The bundle of a page that brings its own library: the client's channels, and nothing else to see.
import { connect } from './client';
import type { Config } from './config';
import { openChannels } from './native';
import { start } from './start';

declare const QINGHOST_CONFIG: Config;

if (document.currentScript) document.currentScript.remove();
start(QINGHOST_CONFIG, (place) => openChannels(connect(QINGHOST_CONFIG, place).client, QINGHOST_CONFIG));
