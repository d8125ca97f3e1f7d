// The official TypeScript SDK as a client: connects, does what standard input says (JSON, one step a line), and prints one
// JSON line for each. Arguments: folder with node_modules, SDK (1: @modelcontextprotocol/sdk, 2: @modelcontextprotocol/client),
// era (legacy, modern, auto), URL.
//   {"list":"tools"} all pages   {"call":NAME,"arguments":{…},"progress":true}   {"read":URI}   {"prompt":NAME,"arguments":{…}}
//   {"listen":{"toolsListChanged":true},"call":NAME}   what is heard after a call
'use strict';
const { createRequire } = require('module');
const readline = require('readline');

const [folder, sdk, era, url] = process.argv.slice(2);
const load = createRequire(folder + '/');

function makeClient() {
  const capabilities = { elicitation: {}, sampling: {}, roots: {} };
  if (sdk === '1') {
    const { Client } = load('@modelcontextprotocol/sdk/client/index.js');
    const { StreamableHTTPClientTransport } = load('@modelcontextprotocol/sdk/client/streamableHttp.js');
    const types = load('@modelcontextprotocol/sdk/types.js');
    const client = new Client({ name: 'sdk1', version: '1' }, { capabilities });
    client.setRequestHandler(types.ElicitRequestSchema, elicited);
    client.setRequestHandler(types.CreateMessageRequestSchema, sampled);
    client.setRequestHandler(types.ListRootsRequestSchema, rooted);
    client.setNotificationHandler(types.ToolListChangedNotificationSchema, () => void heard.push('tools'));
    return [client, new StreamableHTTPClientTransport(new URL(url))];
  }
  const { Client, StreamableHTTPClientTransport } = load('@modelcontextprotocol/client');
  const mode = era === 'modern' ? { pin: '2026-07-28' } : era;
  const client = new Client({ name: 'sdk2', version: '1' }, { capabilities, versionNegotiation: { mode } });
  client.setRequestHandler('elicitation/create', elicited);
  client.setRequestHandler('sampling/createMessage', sampled);
  client.setRequestHandler('roots/list', rooted);
  client.setNotificationHandler('notifications/tools/list_changed', () => void heard.push('tools'));
  return [client, new StreamableHTTPClientTransport(new URL(url))];
}

const heard = [];
const elicited = async request => {
  const properties = request.params.requestedSchema.properties;
  const fill = { boolean: true, string: 'from-sdk', integer: 1, number: 1 };
  return { action: 'accept', content: Object.fromEntries(Object.keys(properties).map(key => [key, fill[properties[key].type]])) };
};
const sampled = async () => ({ role: 'assistant', model: 'm', content: { type: 'text', text: 'from-model' } });
const rooted = async () => ({ roots: [{ uri: 'file:///from-sdk', name: 'r' }] });

async function every(client, kind) {
  const ask = { tools: 'listTools', prompts: 'listPrompts', resources: 'listResources' }[kind];
  const found = [];
  let cursor;
  do {
    const page = await client[ask](cursor ? { cursor } : {});
    found.push(...page[kind].map(item => item.name));
    cursor = page.nextCursor;
  } while (cursor);
  return found;
}

async function step(client, what) {
  if (what.list) return every(client, what.list);
  if (what.read) return (await client.readResource({ uri: what.read })).contents;
  if (what.prompt) return (await client.getPrompt({ name: what.prompt, arguments: what.arguments })).messages;
  const options = { timeout: 60000 };
  const progress = [];
  if (what.progress) options.onprogress = value => progress.push(value.progress);
  const subscription = what.listen && sdk === '2' && era !== 'legacy' ? await client.listen(what.listen) : undefined;
  const call = { name: what.call, arguments: what.arguments ?? {} };
  const result = sdk === '1' ? await client.callTool(call, undefined, options) : await client.callTool(call, options);
  if (what.listen) {
    for (let i = 0; i < 100 && heard.length === 0; ++i) await new Promise(done => setTimeout(done, 50));
    await subscription?.close?.();
    return { ...result, heard };
  }
  return what.progress ? { ...result, progress } : result;
}

async function main() {
  const [client, transport] = makeClient();
  await client.connect(transport);
  console.log(JSON.stringify({ connected: client.getServerVersion?.() ?? null }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (!line.trim()) continue;
    try {
      console.log(JSON.stringify({ ok: await step(client, JSON.parse(line)) }));
    } catch (error) {
      console.log(JSON.stringify({ error: `${error.code ?? ''} ${error.message}` }));
    }
  }
  await client.close();
}

main().then(
  () => process.exit(0),
  error => {
    console.log(JSON.stringify({ error: `connect: ${error.code ?? ''} ${error.message}` }));
    process.exit(1);
  }
);
