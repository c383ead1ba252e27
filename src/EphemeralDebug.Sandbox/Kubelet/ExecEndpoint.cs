using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Terminals;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>Answers exec: a command in a running container. It outlives a client that leaves.</summary>
internal sealed class ExecEndpoint(HttpContext context, PodView pod) : StreamEndpoint(context, pod)
{
    private readonly Pipe _stdin = new();
    private readonly Pipe _stdout = new();
    private readonly Pipe _stderr = new();

    protected override string DescribeMissing(string container) => $"container not found (\"{container}\")";

    protected override async Task RunAsync(StreamConnection connection, ContainerRun run)
    {
        string[] command = [.. Context.Request.Query["command"].Select(word => word ?? "")];
        PseudoTerminal? terminal = Options.Tty ? new PseudoTerminal() : null;
        SimulatedProcess process;
        try
        {
            process = RuntimeProcess.Start(run.Process.Namespace, CreateStart(run, command, terminal));
        }
        catch (RuntimeProcessException exception)
        {
            await connection.FinishAsync(StreamStatus.NotStarted(
                $"failed to exec in container: failed to start exec \"{ContainerRun.NewId()}\": OCI runtime exec failed: exec failed: {Describe(exception, command)}"));
            return;
        }

        using var ended = new CancellationTokenSource();
        Task receiving = ReceiveAsync(connection, terminal, ended.Token);
        Task copying = CopyOutputAsync(connection, terminal);
        Task<ExitStatus> running = WaitAsync(process, copying);
        if (await Task.WhenAny(running, receiving) == running)
        {
            ExitStatus status = await running;
            await connection.FinishAsync(status.Code == 0 ? StreamStatus.Success : StreamStatus.Exited(status.Code, command));
            ended.CancelAfter(TimeSpan.FromSeconds(5));
            await receiving;
        }
        else
        {
            await connection.CloseAsync();
            Abandon(terminal);
            await copying;
        }
    }

    /// <summary>The command is over when it has ended and so has everything that inherited its output.</summary>
    private static async Task<ExitStatus> WaitAsync(SimulatedProcess process, Task copying)
    {
        await copying;
        return await process.Exited;
    }

    /// <summary>runc names the step that failed, except for a command without words.</summary>
    private static string Describe(RuntimeProcessException exception, string[] command) =>
        command.Length == 0 ? exception.Message : "unable to start container process: " + exception.Message;

    private ProcessStart CreateStart(ContainerRun run, string[] command, PseudoTerminal? terminal)
    {
        SimulatedProcess first = run.Process;
        var environment = new Dictionary<string, string>(run.Environment, StringComparer.Ordinal);
        if (terminal is not null)
        {
            environment["TERM"] = "xterm";
        }

        return new ProcessStart
        {
            Scope = first.Scope,
            Arguments = command,
            Environment = environment,
            WorkingDirectory = run.WorkingDirectory,
            Files = terminal is not null
                ? new FileTable(new TerminalFile(terminal), new TerminalFile(terminal), new TerminalFile(terminal))
                : new FileTable(
                    Options.Stdin ? new PipeReader(_stdin) : new NullDevice(),
                    Options.Stdout ? new PipeWriter(_stdout) : new NullDevice(),
                    Options.Stderr ? new PipeWriter(_stderr) : new NullDevice()),
            Credentials = run.Credentials,
            Terminal = terminal,
        };
    }

    /// <summary>Copies what the command prints to its end.</summary>
    private Task CopyOutputAsync(StreamConnection connection, PseudoTerminal? terminal)
    {
        Task Copy(byte channel, Pipe pipe) => connection.CopyOutputAsync(channel, buffer => pipe.ReadAsync(buffer, CancellationToken.None));
        return terminal is not null
            ? connection.CopyOutputAsync(StreamChannel.Stdout, buffer => terminal.ReadScreenAsync(buffer, CancellationToken.None))
            : Task.WhenAll(
                Options.Stdout ? Copy(StreamChannel.Stdout, _stdout) : Task.CompletedTask,
                Options.Stderr ? Copy(StreamChannel.Stderr, _stderr) : Task.CompletedTask);
    }

    private async Task ReceiveAsync(StreamConnection connection, PseudoTerminal? terminal, CancellationToken cancellation)
    {
        await connection.ReceiveAsync(
            async (channel, data) =>
            {
                switch (channel)
                {
                    case StreamChannel.Stdin when Options.Stdin:
                        await WriteInputAsync(data, terminal);
                        break;
                    case StreamChannel.Resize when terminal is not null && ParseSize(data.Span) is { } size:
                        terminal.Resize(size);
                        break;
                    case StreamChannel.Close when connection.Protocol.Version == 5 && data.Span is [StreamChannel.Stdin]:
                        _stdin.CloseWriter();
                        break;
                }
            },
            cancellation);
        _stdin.CloseWriter();
    }

    private async ValueTask WriteInputAsync(ReadOnlyMemory<byte> data, PseudoTerminal? terminal)
    {
        try
        {
            await (terminal?.TypeAsync(data, Context.RequestAborted) ?? _stdin.WriteAsync(data, Context.RequestAborted));
        }
        catch (BrokenPipeException)
        {
            // The command has closed its input.
        }
    }

    /// <summary>The client is gone: what is printed from now on breaks the pipe, or is not seen.</summary>
    private void Abandon(PseudoTerminal? terminal)
    {
        _stdout.CloseReader();
        _stderr.CloseReader();
        terminal?.Abandon();
    }
}
