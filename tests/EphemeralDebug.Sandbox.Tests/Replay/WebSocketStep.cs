using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Tests.Replay;

/// <summary>Plays one recorded WebSocket session and gives what came, in the recording's own form.</summary>
internal sealed class WebSocketStep(ClusterUnderTest cluster, string user, JsonObject request)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PromptLimit = TimeSpan.FromSeconds(2);
    private static readonly string[] Prompts = ["# ", "$ ", "\u001b[6n"];

    /// <summary>Each channel of a port-forward opens with its port, and none of them has a status.</summary>
    private readonly bool _forwardsPorts = request.Text("path")!.EndsWith("/portforward", StringComparison.Ordinal);
    private readonly List<(int Channel, byte[] Data)> _messages = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _text;
    private int _pongs;
    private int? _closeCode;
    private int? _closeAnswer;
    private bool _closing;
    private bool _eof;

    /// <summary>"response" for a refused upgrade, else "opened" and what followed.</summary>
    public async Task<JsonObject> PlayAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        string target = HttpStep.Target(request.Text("path")!, request.Object("query"));
        IReadOnlyList<string>? protocols = request.Has("protocols") ? [.. request.Texts("protocols")] : null;
        IEnumerable<KeyValuePair<string, string>> headers = (request.Object("headers") ?? [])
            .Select(header => KeyValuePair.Create(header.Key, header.Value.AsText()!));
        (RawWebSocket socket, UpgradeAnswer answer) = await RawWebSocket.OpenAsync(cluster, user, target, protocols, headers, limit.Token);
        await using (socket)
        {
            if (answer.Status != 101)
            {
                return new JsonObject { ["response"] = HttpStep.Describe(answer.Status, answer.Headers, answer.Body, cluster.Server.Port) };
            }

            Task receiving = ReceiveAsync(socket, limit.Token);
            await SendScriptAsync(socket, limit.Token);
            bool left = await LeaveOrEndAsync(receiving, limit.Token);
            return Outcome(answer, left);
        }
    }

    private async Task<bool> LeaveOrEndAsync(Task receiving, CancellationToken cancellationToken)
    {
        if (request.Integer("leaveAfterMs") is not { } leaveAfter)
        {
            await receiving;
            return false;
        }

        await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromMilliseconds(leaveAfter), cancellationToken));
        return !receiving.IsCompleted;
    }

    private async Task SendScriptAsync(RawWebSocket socket, CancellationToken cancellationToken)
    {
        foreach (JsonObject command in request.Items("send"))
        {
            if (command.Object("expect") is { } expected)
            {
                await ExpectAsync((int)expected.Integer("channel")!.Value, expected.Text("text")!, cancellationToken);
            }
            else if (command.Text("ping") is { } ping)
            {
                await socket.SendAsync(Opcode.Ping, Encoding.UTF8.GetBytes(ping), cancellationToken);
            }
            else if (command.Integer("pauseMs") is { } pause)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(pause), cancellationToken);
            }
            else if (command.Integer("close") is { } code)
            {
                _closing = true;
                await socket.SendAsync(Opcode.Close, [(byte)(code >> 8), (byte)code], cancellationToken);
            }
            else
            {
                await AwaitPromptAsync(command, cancellationToken);
                await socket.SendAsync(Opcode.Binary, Payload(command), cancellationToken);
            }
        }
    }

    /// <summary>At a terminal the recorder typed when the shell was ready for it; where no prompt comes, after a while.</summary>
    private async Task AwaitPromptAsync(JsonObject command, CancellationToken cancellationToken)
    {
        if (request.Object("query").Text("tty") != "true" || command.Integer("channel") != 0)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(PromptLimit);
        try
        {
            while (true)
            {
                Task arrival;
                lock (_gate)
                {
                    if (Prompts.Any(prompt => Output(1).EndsWith(prompt, StringComparison.Ordinal)) || _eof || _closeCode is not null)
                    {
                        return;
                    }

                    arrival = _arrival.Task;
                }

                await arrival.WaitAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What runs there does not prompt.
        }
    }

    private static byte[] Payload(JsonObject command)
    {
        byte[] data = command.Text("base64") is { } base64
            ? Convert.FromBase64String(base64)
            : Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(command.Text("text") ?? "", (int)(command.Integer("repeat") ?? 1))));
        return [(byte)command.Integer("channel")!.Value, .. data];
    }

    private async Task ExpectAsync(int channel, string text, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                if (Output(channel).Contains(text, StringComparison.Ordinal))
                {
                    return;
                }

                if (_eof || _closeCode is not null)
                {
                    throw new MismatchException($"channel {channel} ended without \"{text}\"; it gave \"{Output(channel)}\"");
                }

                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    private string Output(int channel) =>
        Encoding.UTF8.GetString([.. _messages.Where(message => message.Channel == channel).SelectMany(message => message.Data)]);

    private async Task ReceiveAsync(RawWebSocket socket, CancellationToken cancellationToken)
    {
        try
        {
            while (await socket.ReceiveAsync(cancellationToken) is { } message)
            {
                switch (message.Opcode)
                {
                    case Opcode.Ping:
                        await socket.SendAsync(Opcode.Pong, message.Payload, cancellationToken);
                        break;
                    case Opcode.Close:
                        await AnswerCloseAsync(socket, message.Payload, cancellationToken);
                        return;
                    default:
                        Record(message);
                        break;
                }
            }

            _eof = true;
        }
        catch (ObjectDisposedException)
        {
            // The client has left.
        }
        finally
        {
            Signal();
        }
    }

    private async Task AnswerCloseAsync(RawWebSocket socket, byte[] payload, CancellationToken cancellationToken)
    {
        int code = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005;
        if (_closing)
        {
            _closeAnswer = code;
            return;
        }

        _closeCode = code;
        await socket.SendAsync(Opcode.Close, payload, cancellationToken);
    }

    private void Record(WireMessage message)
    {
        lock (_gate)
        {
            if (message.Opcode == Opcode.Pong)
            {
                _pongs++;
            }
            else if (message.Opcode == Opcode.Text)
            {
                _text = true;
                string text = Encoding.ASCII.GetString(message.Payload);
                _messages.Add((text[0] - '0', Convert.FromBase64String(text[1..])));
            }
            else if (message.Payload.Length > 0)
            {
                _messages.Add((message.Payload[0], message.Payload[1..]));
            }
        }

        Signal();
    }

    private void Signal()
    {
        lock (_gate)
        {
            _arrival.TrySetResult();
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private JsonObject Outcome(UpgradeAnswer answer, bool left)
    {
        lock (_gate)
        {
            string? protocol = answer.Headers.TryGetValue("Sec-WebSocket-Protocol", out string[]? chosen) ? chosen[0] : null;
            string status = _forwardsPorts ? "" : Output(3);
            return new JsonObject
            {
                ["opened"] = new JsonObject { ["protocol"] = protocol },
                ["first"] = new JsonArray([.. _messages.Take(_forwardsPorts ? _messages.Count : 2).Select(DescribeMessage)]),
                ["frames"] = new JsonArray([.. _messages
                    .Where(message => (_forwardsPorts || message.Channel != 3) && message.Data.Length > 0)
                    .Select(message => message.Channel).Distinct().Order()
                    .Select(DescribeChannel)]),
                ["status"] = status.Length > 0 ? JsonNode.Parse(status) : null,
                ["closeCode"] = _closeCode,
                ["closeAnswer"] = _closeAnswer,
                ["pongs"] = _pongs,
                ["messageType"] = _text ? "text" : "binary",
                ["largest"] = _messages.Select(message => message.Data.Length + 1).DefaultIfEmpty().Max(),
                ["ended"] = left || _closing ? "client" : _closeCode is not null ? "server-close" : "eof",
            };
        }
    }

    private JsonObject DescribeMessage((int Channel, byte[] Data) message)
    {
        var described = new JsonObject { ["channel"] = message.Channel, ["length"] = message.Data.Length };
        if (_forwardsPorts && message.Data.Length == sizeof(ushort))
        {
            described["port"] = BinaryPrimitives.ReadUInt16LittleEndian(message.Data);
        }
        else
        {
            described["text"] = Encoding.UTF8.GetString(message.Data);
        }

        return described;
    }

    private JsonObject DescribeChannel(int channel)
    {
        if (!_forwardsPorts)
        {
            return new JsonObject { ["channel"] = channel, ["text"] = Output(channel) };
        }

        byte[] output = [.. _messages.Where(message => message.Channel == channel).SelectMany(message => message.Data)];
        var described = new JsonObject { ["channel"] = channel, ["port"] = BinaryPrimitives.ReadUInt16LittleEndian(output) };
        if (output.Length > sizeof(ushort))
        {
            described["text"] = Encoding.UTF8.GetString(output.AsSpan(sizeof(ushort)));
        }

        return described;
    }
}
