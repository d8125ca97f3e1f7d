import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The official Java SDK. Arguments and steps are those of steps.py. */
public final class Client {
    private static final McpJsonMapper JSON = McpJsonDefaults.getMapper();
    private static final List<Double> HEARD = new CopyOnWriteArrayList<>();

    private interface Step {
        Object take(McpAsyncClient client, Map<String, Object> what) throws Exception;
    }

    private static final Map<String, Step> STEPS = Map.of(
            "list", (client, what) -> client.listTools().block().tools().stream().map(McpSchema.Tool::name).toList(),
            "call", (client, what) -> call(client, name(what), arguments(what), null).block(),
            "progress", Client::progress,
            "cancel", Client::cancel,
            "many", Client::many);

    private static String name(Map<String, Object> what) {
        return (String) what.get("name");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> arguments(Map<String, Object> what) {
        return (Map<String, Object>) what.getOrDefault("arguments", Map.of());
    }

    private static Mono<String> call(McpAsyncClient client, String name, Map<String, Object> arguments, Object token) {
        var request = McpSchema.CallToolRequest.builder().name(name).arguments(arguments);
        if (token != null) {
            request.progressToken(token);
        }
        return client.callTool(request.build()).map(answer -> ((McpSchema.TextContent) answer.content().get(0)).text());
    }

    private static Object progress(McpAsyncClient client, Map<String, Object> what) throws InterruptedException {
        HEARD.clear();
        call(client, name(what), arguments(what), "token").block();
        // The answer may be told before the last notice was.
        for (int wait = 0; wait < 40 && HEARD.size() < 3; ++wait) {
            Thread.sleep(50);
        }
        return List.copyOf(HEARD);
    }

    private static Object cancel(McpAsyncClient client, Map<String, Object> what) {
        return call(client, name(what), arguments(what), null)
                .timeout(Duration.ofMillis(500))
                .onErrorResume(TimeoutException.class, error -> Mono.just("cancelled"))
                .block();
    }

    private static Object many(McpAsyncClient client, Map<String, Object> what) {
        int count = ((Number) what.get("count")).intValue();
        return Flux.range(0, count)
                .flatMap(number -> {
                    String words = "one of many " + number;
                    return call(client, "echo", Map.of("message", words), null).filter(words::equals);
                }, count)
                .count()
                .block();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> fill(Map<String, Object> schema) {
        Map<String, Object> words = Map.of("boolean", true, "integer", 1, "number", 1);
        Map<String, Object> content = new HashMap<>();
        var properties = (Map<String, Map<String, Object>>) schema.getOrDefault("properties", Map.of());
        properties.forEach((key, of) -> content.put(key, words.getOrDefault(String.valueOf(of.get("type")), "from-client")));
        return content;
    }

    private static McpClientTransport transportTo(String[] target) {
        if (target[0].startsWith("http")) {
            URI uri = URI.create(target[0]);
            return HttpClientStreamableHttpTransport.builder(uri.getScheme() + "://" + uri.getAuthority())
                    .endpoint(uri.getPath())
                    .build();
        }
        var command = ServerParameters.builder(target[0])
                .args(Arrays.copyOfRange(target, 1, target.length))
                .env(System.getenv())
                .build();
        return new StdioClientTransport(command, JSON);
    }

    private static McpAsyncClient connect(String[] target) {
        var sample = McpSchema.CreateMessageResult.builder(
                McpSchema.Role.ASSISTANT, McpSchema.TextContent.builder("from-model").build(), "m").build();
        return McpClient.async(transportTo(target))
                .requestTimeout(Duration.ofSeconds(60))
                .capabilities(McpSchema.ClientCapabilities.builder().roots(true).sampling().elicitation().build())
                .roots(McpSchema.Root.builder("file:///from-client").build())
                .sampling(request -> Mono.just(sample))
                .elicitation(request -> Mono.just(
                        new McpSchema.ElicitResult(McpSchema.ElicitResult.Action.ACCEPT, fill(request.requestedSchema()))))
                .progressConsumer(notice -> Mono.fromRunnable(() -> HEARD.add(notice.progress())))
                .build();
    }

    private static void say(String key, Object what) throws Exception {
        System.out.println(JSON.writeValueAsString(Map.of(key, what)));
    }

    public static void main(String[] words) throws Exception {
        McpAsyncClient client = connect(Arrays.copyOfRange(words, 1, words.length));
        try {
            client.initialize().block();
        } catch (RuntimeException error) {
            say("error", "ended: " + error);
            System.exit(1);
        }
        say("ok", "connected");
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                Map<String, Object> what = JSON.readValue(line, new TypeRef<Map<String, Object>>() { });
                say("ok", STEPS.get((String) what.get("do")).take(client, what));
            } catch (Exception error) {
                say("error", error.toString());
            }
        }
        client.closeGracefully().block(Duration.ofSeconds(5));
        System.exit(0);
    }
}
