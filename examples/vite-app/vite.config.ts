import { defineConfig } from 'vite';

export default defineConfig({
  // 云之家在旧手机上用的网页视图大致到这里为止.
  build: { target: 'es2018' },
});
