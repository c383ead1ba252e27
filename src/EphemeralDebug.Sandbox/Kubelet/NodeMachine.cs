using System.Globalization;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Images;
using EphemeralDebug.Sandbox.Network;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>The simulated machine that the node is: its files and processes, for pods that ask for them.</summary>
internal sealed class NodeMachine : IDisposable
{
    private readonly ProcessScope _scope;
    private int _lastAddress = 1;

    public NodeMachine(KubeletOptions options, TimeProvider time)
    {
        Name = options.NodeName;
        Address = options.NodeAddress;
        SimulatedImage system = new() { Name = "", Distribution = "Simulated Linux", Shell = Shell.ShellFlavor.Dash, HasBash = true };
        Root = RootFileSystem.Create(system, Name, time);
        Processes = new ProcessNamespace(time);
        Root.Put("proc", new ProcDirectory(Processes));
        Root.Directory("var/log/pods");
        _scope = new ProcessScope(Root, Name, Name, time, Network);
        foreach (string name in (string[])["/sbin/init", "/usr/bin/containerd", "/usr/bin/kubelet"])
        {
            Start(name);
        }
    }

    public string Name { get; }

    public string Address { get; }

    public DirectoryNode Root { get; }

    public ProcessNamespace Processes { get; }

    public NetworkNamespace Network { get; } = new();

    public string NextPodAddress()
    {
        int number = Interlocked.Increment(ref _lastAddress);
        return string.Create(CultureInfo.InvariantCulture, $"10.244.{number >> 8 & 0xff}.{number & 0xff}");
    }

    public void Dispose() => _scope.KillAll();

    private void Start(string program) => Processes.Start(
        new ProcessStart
        {
            Scope = _scope,
            Arguments = [program],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = ProgramLoader.DefaultPath },
            WorkingDirectory = "/",
            Files = new FileTable(new NullDevice(), new NullDevice(), new NullDevice()),
        },
        async (process, _) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, process.Killed);
            return 0;
        });
}
