using System.Text;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Images;
using EphemeralDebug.Sandbox.Processes;
using EphemeralDebug.Sandbox.Terminals;

namespace EphemeralDebug.Sandbox.Tests.Shell;

/// <summary>What a command left behind.</summary>
internal sealed record ShellResult(string Output, string Errors, int Code);

/// <summary>A container without a kubelet: commands run in it as exec would run them.</summary>
internal sealed class ShellHost
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public ShellHost(string image = "busybox", TimeProvider? time = null)
    {
        TimeProvider clock = time ?? TimeProvider.System;
        Namespace = new ProcessNamespace(clock);
        DirectoryNode root = RootFileSystem.Create(ImageCatalog.Find(ImageReference.Parse(image, out _)!)!, "host", clock);
        root.Put("proc", new ProcDirectory(Namespace));
        Scope = new ProcessScope(root, "host", "node", clock);
        Init = Start(["sleep", "infinity"]);
    }

    public ProcessNamespace Namespace { get; }

    public ProcessScope Scope { get; }

    public SimulatedProcess Init { get; }

    public Credentials Credentials { get; set; } = Credentials.Root;

    public SimulatedProcess Start(
        IReadOnlyList<string> command, OpenFile? input = null, OpenFile? output = null, OpenFile? errors = null, PseudoTerminal? terminal = null)
    {
        OpenFile? file = terminal is null ? null : new TerminalFile(terminal);
        var start = new ProcessStart
        {
            Scope = Scope,
            Arguments = command,
            Environment = new Dictionary<string, string> { ["PATH"] = ProgramLoader.DefaultPath, ["HOME"] = "/root" },
            WorkingDirectory = "/",
            Credentials = Credentials,
            Files = new FileTable(input ?? file?.Share() ?? new NullDevice(), output ?? file?.Share() ?? new NullDevice(), errors ?? file?.Share() ?? new NullDevice()),
            Terminal = terminal,
        };
        return Namespace.Start(start, (process, arguments) =>
        {
            terminal?.Attach(process);
            string path = ProgramLoader.FindPath(process, arguments[0], ProgramLoader.DefaultPath) ?? throw new InvalidOperationException(arguments[0]);
            return ProgramLoader.Load(process, path, arguments).Body(process, arguments);
        });
    }

    /// <summary>Runs <c>sh -c</c> to its end.</summary>
    public Task<ShellResult> RunAsync(string script, string input = "", params string[] arguments) =>
        RunCommandAsync(["sh", "-c", script, "sh", .. arguments], input);

    public async Task<ShellResult> RunCommandAsync(IReadOnlyList<string> command, string input = "")
    {
        var inputPipe = new Pipe();
        var outputPipe = new Pipe();
        var errorPipe = new Pipe();
        SimulatedProcess process = Start(command, new PipeReader(inputPipe), new PipeWriter(outputPipe), new PipeWriter(errorPipe));
        using var limit = new CancellationTokenSource(Patience);
        Task<byte[]> output = new PipeReader(outputPipe).ReadToEndAsync(limit.Token);
        Task<byte[]> errors = new PipeReader(errorPipe).ReadToEndAsync(limit.Token);
        try
        {
            await inputPipe.WriteAsync(Encoding.UTF8.GetBytes(input), limit.Token);
        }
        catch (BrokenPipeException)
        {
            // The command did not want it.
        }

        inputPipe.CloseWriter();
        ExitStatus status = await process.Exited.WaitAsync(limit.Token);
        return new ShellResult(ByteText.Decode(await output), ByteText.Decode(await errors), status.Code);
    }
}
