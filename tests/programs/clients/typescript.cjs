// The official TypeScript SDKs. Arguments: folder with node_modules, SDK (1: @modelcontextprotocol/sdk, 2:
// @modelcontextprotocol/client), then as steps.py says, and so are the steps.
'use strict';
const { createRequire } = require('module');
const readline = require('readline');

const [folder, sdk, era, ...target] = process.argv.slice(2);
const load = createRequire(folder + '/');
const parts = {
  1: () => ({
    ...load('@modelcontextprotocol/sdk/client/index.js'),
    ...load('@modelcontextprotocol/sdk/client/streamableHttp.js'),
    ...load('@modelcontextprotocol/sdk/client/sse.js'),
    ...load('@modelcontextprotocol/sdk/client/stdio.js'),
    ...load('@modelcontextprotocol/sdk/types.js'),
  }),
  2: () => ({ ...load('@modelcontextprotocol/client'), ...load('@modelcontextprotocol/client/stdio') }),
}[sdk]();

const words = { boolean: true, string: 'from-client', integer: 1, number: 1 };
const elicited = async request => ({
  action: 'accept',
  content: Object.fromEntries(
    Object.entries(request.params.requestedSchema.properties).map(([key, of]) => [key, words[of.type] ?? 'from-client'])
  ),
});
const sampled = async () => ({ role: 'assistant', model: 'm', content: { type: 'text', text: 'from-model' } });
const rooted = async () => ({ roots: [{ uri: 'file:///from-client' }] });

function makeClient() {
  const mode = era === 'modern' ? { pin: '2026-07-28' } : era;
  const client = new parts.Client(
    { name: 'typescript' + sdk, version: '1' },
    { capabilities: { elicitation: {}, sampling: {}, roots: {} }, ...(sdk === '2' && { versionNegotiation: { mode } }) }
  );
  const old = sdk === '1';
  client.setRequestHandler(old ? parts.ElicitRequestSchema : 'elicitation/create', elicited);
  client.setRequestHandler(old ? parts.CreateMessageRequestSchema : 'sampling/createMessage', sampled);
  client.setRequestHandler(old ? parts.ListRootsRequestSchema : 'roots/list', rooted);
  return client;
}

function makeTransport() {
  if (target[0].includes('/sse/')) return new parts.SSEClientTransport(new URL(target[0]));
  if (target[0].startsWith('http')) return new parts.StreamableHTTPClientTransport(new URL(target[0]));
  return new parts.StdioClientTransport({ command: target[0], args: target.slice(1) });
}

async function call(client, name, args = {}, options = {}) {
  const what = { name, arguments: args };
  const full = { timeout: 60000, ...options };
  const answer = sdk === '1' ? await client.callTool(what, undefined, full) : await client.callTool(what, full);
  return answer.content[0].text;
}

const steps = {
  list: async client => (await client.listTools()).tools.map(tool => tool.name),
  call: (client, step) => call(client, step.name, step.arguments),
  async progress(client, step) {
    const heard = [];
    await call(client, step.name, step.arguments, { onprogress: one => heard.push(one.progress) });
    return heard;
  },
  async cancel(client, step) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('given up')), 500);
    try {
      return await call(client, step.name, step.arguments, { signal: controller.signal });
    } catch (error) {
      if (controller.signal.aborted) return 'cancelled';
      throw error;
    }
  },
  async many(client, step) {
    const asked = Array.from({ length: step.count }, (_, number) => `one of many ${number}`);
    const answers = await Promise.all(asked.map(message => call(client, 'echo', { message })));
    return answers.filter((answer, number) => answer === asked[number]).length;
  },
};

const say = what => console.log(JSON.stringify(what));
const inWords = error => `${error.name} ${error.code ?? ''}: ${error.message}`;

async function main() {
  const client = makeClient();
  await client.connect(makeTransport());
  say({ ok: 'connected' });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const step = JSON.parse(line);
    await steps[step.do](client, step).then(ok => say({ ok }), error => say({ error: inWords(error) }));
  }
  await client.close();
}

main().then(
  () => process.exit(0),
  error => {
    say({ error: 'ended: ' + inWords(error) });
    process.exit(1);
  }
);
