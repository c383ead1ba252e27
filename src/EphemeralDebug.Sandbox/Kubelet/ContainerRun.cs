using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Images;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Serialization;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>How a run of a container ended.</summary>
internal sealed record Termination(int ExitCode, string Reason, string? Message, DateTimeOffset StartedAt, DateTimeOffset FinishedAt);

/// <summary>One run of a container: what the container runtime calls a container.</summary>
internal sealed class ContainerRun
{
    private const int LongestMessage = 4096;
    private const int LongestLogMessage = 2048;
    private const int MostLogLines = 80;

    private static readonly TimeSpan SlowClientTime = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly RegularFile _terminationMessage;
    private readonly Pipe? _stdin;
    private SimulatedProcess? _process;

    public ContainerRun(ContainerSpec spec, ImageReference image, Credentials credentials, RegularFile terminationMessage, TimeProvider time)
    {
        Spec = spec;
        Image = image;
        Credentials = credentials;
        _terminationMessage = terminationMessage;
        _time = time;
        Log = new ContainerLog(time);
        Output = new ContainerOutput(Log);
        Terminal = spec.Tty ? new PseudoTerminal() : null;
        _stdin = spec.Stdin && !spec.Tty ? new Pipe() : null;
    }

    public string Id { get; private set; } = NewId();

    public ContainerSpec Spec { get; }

    public ImageReference Image { get; }

    public Credentials Credentials { get; }

    public ContainerLog Log { get; }

    public ContainerOutput Output { get; }

    public PseudoTerminal? Terminal { get; }

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>What commands that are executed in the container inherit, whatever its first process does to its own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string WorkingDirectory { get; private set; } = "/";

    /// <summary>Null while it runs.</summary>
    public Termination? Termination { get; private set; }

    public bool IsRunning => _process is not null && Termination is null;

    /// <summary>Completes when the run has ended, its output is complete and its processes are gone.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The first process.</summary>
    /// <exception cref="InvalidOperationException">The container never started.</exception>
    public SimulatedProcess Process => _process ?? throw new InvalidOperationException($"Container {Spec.Name} has no process.");

    /// <summary>A random id such as container runtimes give.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>The files that the first process starts with.</summary>
    public FileTable OpenFiles()
    {
        if (Terminal is not null)
        {
            return new FileTable(new TerminalFile(Terminal), new TerminalFile(Terminal), new TerminalFile(Terminal));
        }

        return new FileTable(_stdin is null ? new NullDevice() : new PipeReader(_stdin), Output.Open(1), Output.Open(2));
    }

    /// <summary>Takes note of the first process and follows it to its end.</summary>
    public void Follow(SimulatedProcess process)
    {
        Environment = process.Environment;
        WorkingDirectory = process.WorkingDirectory;
        _process = process;
        StartedAt = process.StartedAt;
        _ = FollowAsync(process);
    }

    /// <summary>Goes on under the name and time of a run that a status tells of.</summary>
    public void TakeOver(JsonObject status)
    {
        if (status.Text("containerID") is { } id && status.Object("state").Object("running").Text("startedAt") is { } started)
        {
            Id = id[(id.LastIndexOf('/') + 1)..];
            StartedAt = DateTimeOffset.Parse(started, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The runtime could not start the first process.</summary>
    public void FailToStart(string message)
    {
        Output.Complete();
        Termination = new Termination(128, "StartError", message, DateTimeOffset.UnixEpoch, _time.GetUtcNow());
        _ended.SetResult();
    }

    /// <summary>Input of an attached client, for a container that has a standard input; else it is dropped.</summary>
    public async ValueTask WriteInputAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        try
        {
            if (Terminal is not null && Spec.Stdin)
            {
                await Terminal.TypeAsync(input, cancellation);
            }
            else if (_stdin is not null)
            {
                await _stdin.WriteAsync(input, cancellation);
            }
        }
        catch (BrokenPipeException)
        {
            // The container has closed its standard input.
        }
    }

    /// <summary>The end of the first attached client's input, when the container wants to know of it.</summary>
    public void CloseInput() => _stdin?.CloseWriter();

    /// <summary>Asks the first process to end, and kills it when the time is over.</summary>
    public async Task StopAsync(TimeSpan gracePeriod)
    {
        if (_process is not { } process)
        {
            return;
        }

        if (gracePeriod > TimeSpan.Zero)
        {
            process.DeliverFromOutside(Signal.Terminate);
            try
            {
                await process.Exited.WaitAsync(gracePeriod, _time);
            }
            catch (TimeoutException)
            {
                // Then by force.
            }
        }

        process.DeliverFromOutside(Signal.Kill);
        await Ended;
    }

    private async Task FollowAsync(SimulatedProcess process)
    {
        using var impatient = new CancellationTokenSource();
        Task screen = Terminal is null ? Task.CompletedTask : CopyScreenAsync(Terminal, impatient.Token);
        ExitStatus status = await process.Exited;
        impatient.CancelAfter(SlowClientTime);
        process.Scope.KillAll();
        await screen;
        Output.Complete();
        Termination = new Termination(status.Code, status.Code == 0 ? "Completed" : "Error", FindMessage(status.Code), StartedAt, _time.GetUtcNow());
        _ended.SetResult();
    }

    private async Task CopyScreenAsync(PseudoTerminal terminal, CancellationToken impatient)
    {
        byte[] buffer = new byte[32768];
        int length;
        while ((length = await terminal.ReadScreenAsync(buffer, CancellationToken.None)) > 0)
        {
            try
            {
                await Output.WriteAsync(1, buffer.AsMemory(0, length), impatient);
            }
            catch (OperationCanceledException)
            {
                // A client that does not read any more misses the end; the log has it.
            }
        }
    }

    private string? FindMessage(int exitCode)
    {
        byte[] message = _terminationMessage.ToArray();
        if (message.Length > 0)
        {
            return ByteText.Decode(message.AsSpan(0, Math.Min(message.Length, LongestMessage)));
        }

        if (exitCode == 0 || !Spec.MessageFallsBackToLog)
        {
            return null;
        }

        byte[] log = [.. Log.Read(0).Entries.TakeLast(MostLogLines).SelectMany(entry => entry.Text.ToArray())];
        return log.Length == 0 ? null : ByteText.Decode(log.AsSpan(Math.Max(0, log.Length - LongestLogMessage)));
    }
}
