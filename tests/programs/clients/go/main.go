// The official Go SDK. Arguments and steps are those of ../steps.py.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type step struct {
	Do        string         `json:"do"`
	Name      string         `json:"name"`
	Arguments map[string]any `json:"arguments"`
	Count     int            `json:"count"`
}

// Progress goes to whoever waits for its token.
type ears struct {
	sync.Mutex
	heard map[string][]float64
}

func (e *ears) hear(_ context.Context, request *mcp.ProgressNotificationClientRequest) {
	e.Lock()
	defer e.Unlock()
	token := fmt.Sprint(request.Params.ProgressToken)
	e.heard[token] = append(e.heard[token], request.Params.Progress)
}

type client struct {
	session *mcp.ClientSession
	ears    *ears
}

func elicited(_ context.Context, request *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
	words := map[string]any{"boolean": true, "integer": 1, "number": 1}
	var schema struct {
		Properties map[string]struct {
			Type string `json:"type"`
		} `json:"properties"`
	}
	bytes, err := json.Marshal(request.Params.RequestedSchema)
	if err == nil {
		err = json.Unmarshal(bytes, &schema)
	}
	content := map[string]any{}
	for name, property := range schema.Properties {
		content[name] = "from-client"
		if word, known := words[property.Type]; known {
			content[name] = word
		}
	}
	return &mcp.ElicitResult{Action: "accept", Content: content}, err
}

func sampled(context.Context, *mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
	return &mcp.CreateMessageResult{Role: "assistant", Model: "m", Content: &mcp.TextContent{Text: "from-model"}}, nil
}

func (c *client) call(ctx context.Context, name string, arguments map[string]any, token string) (string, error) {
	if arguments == nil {
		arguments = map[string]any{}
	}
	params := &mcp.CallToolParams{Name: name, Arguments: arguments}
	if token != "" {
		params.Meta = mcp.Meta{}
		params.SetProgressToken(token)
	}
	answer, err := c.session.CallTool(ctx, params)
	if err != nil {
		return "", err
	}
	if text, is := answer.Content[0].(*mcp.TextContent); is {
		return text.Text, nil
	}
	return "", errors.New("the answer is no text")
}

func (c *client) list(ctx context.Context, _ step) (any, error) {
	names := []string{}
	for tool, err := range c.session.Tools(ctx, nil) {
		if err != nil {
			return nil, err
		}
		names = append(names, tool.Name)
	}
	return names, nil
}

func (c *client) plain(ctx context.Context, what step) (any, error) {
	return c.call(ctx, what.Name, what.Arguments, "")
}

func (c *client) progress(ctx context.Context, what step) (any, error) {
	token := fmt.Sprint("token ", time.Now().UnixNano())
	if _, err := c.call(ctx, what.Name, what.Arguments, token); err != nil {
		return nil, err
	}
	// The answer may be told before the last notice was.
	for range 40 {
		c.ears.Lock()
		heard := append([]float64{}, c.ears.heard[token]...)
		c.ears.Unlock()
		if len(heard) >= 3 {
			return heard, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return c.ears.heard[token], nil
}

func (c *client) cancel(ctx context.Context, what step) (any, error) {
	brief, stop := context.WithCancel(ctx)
	time.AfterFunc(500*time.Millisecond, stop)
	answer, err := c.call(brief, what.Name, what.Arguments, "")
	if errors.Is(err, context.Canceled) {
		return "cancelled", nil
	}
	return answer, err
}

func (c *client) many(ctx context.Context, what step) (any, error) {
	answers := make(chan error, what.Count)
	for number := range what.Count {
		go func() {
			words := fmt.Sprint("one of many ", number)
			answer, err := c.call(ctx, "echo", map[string]any{"message": words}, "")
			if err == nil && answer != words {
				err = errors.New("another's answer: " + answer)
			}
			answers <- err
		}()
	}
	good := 0
	var last error
	for range what.Count {
		if err := <-answers; err != nil {
			last = err
		} else {
			good++
		}
	}
	return good, last
}

func say(what any) {
	bytes, err := json.Marshal(what)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(bytes))
}

func sayError(err error) { say(map[string]any{"error": err.Error()}) }

func transportTo(target []string) mcp.Transport {
	if strings.HasPrefix(target[0], "http") {
		return &mcp.StreamableClientTransport{Endpoint: target[0]}
	}
	return &mcp.CommandTransport{Command: exec.Command(target[0], target[1:]...)}
}

func connect(ctx context.Context, era string, target []string) (*client, error) {
	ears := &ears{heard: map[string][]float64{}}
	sdk := mcp.NewClient(&mcp.Implementation{Name: "go", Version: "1"}, &mcp.ClientOptions{
		CreateMessageHandler:        sampled,
		ElicitationHandler:          elicited,
		ProgressNotificationHandler: ears.hear,
	})
	sdk.AddRoots(&mcp.Root{URI: "file:///from-client"})
	versions := map[string]string{"legacy": "2025-11-25", "modern": "2026-07-28", "auto": ""}
	session, err := sdk.Connect(ctx, transportTo(target), &mcp.ClientSessionOptions{ProtocolVersion: versions[era]})
	return &client{session, ears}, err
}

func main() {
	ctx := context.Background()
	c, err := connect(ctx, os.Args[1], os.Args[2:])
	if err != nil {
		sayError(fmt.Errorf("ended: %w", err))
		os.Exit(1)
	}
	say(map[string]any{"ok": "connected"})
	steps := map[string]func(context.Context, step) (any, error){
		"list": c.list, "call": c.plain, "progress": c.progress, "cancel": c.cancel, "many": c.many,
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var what step
		if err := json.Unmarshal(lines.Bytes(), &what); err != nil {
			sayError(err)
			continue
		}
		if answer, err := steps[what.Do](ctx, what); err != nil {
			sayError(err)
		} else {
			say(map[string]any{"ok": answer})
		}
	}
	_ = c.session.Close()
}
