using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Files;
using EphemeralDebug.Sandbox.Images;
using EphemeralDebug.Sandbox.Network;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>What the containers of a pod share on the node: host name, volumes, maybe processes.</summary>
internal sealed class PodRuntime
{
    private readonly Dictionary<string, DirectoryNode> _volumes = new(StringComparer.Ordinal);
    private readonly NodeMachine _machine;
    private readonly TimeProvider _time;
    private readonly ProcessNamespace? _shared;
    private readonly ProcessScope? _pauseScope;

    public PodRuntime(JsonObject pod, NodeMachine machine, TimeProvider time)
    {
        _machine = machine;
        _time = time;
        JsonNode spec = pod["spec"]!;
        bool usesHostNetwork = (bool?)spec["hostNetwork"] == true;
        HostName = usesHostNetwork ? machine.Name : (string?)spec["hostname"] ?? (string)pod["metadata"]!["name"]!;
        HostName = HostName.Length > 63 ? HostName[..63].TrimEnd('-', '.') : HostName;
        Address = usesHostNetwork ? machine.Address : (string?)pod["status"]?["podIP"] ?? machine.NextPodAddress();
        Network = usesHostNetwork ? machine.Network : new NetworkNamespace();
        foreach (JsonObject volume in ContainerSpec.Objects(spec["volumes"]))
        {
            _volumes[(string)volume["name"]!] = (string?)volume["hostPath"]?["path"] is { } path
                ? machine.Root.Directory(path)
                : new DirectoryNode { Mode = 0b111_111_111, ModifiedAt = time.GetUtcNow() };
        }

        if ((bool?)spec["hostPID"] == true)
        {
            _shared = machine.Processes;
        }
        else if ((bool?)spec["shareProcessNamespace"] == true)
        {
            _shared = new ProcessNamespace(time);
            _pauseScope = new ProcessScope(new DirectoryNode(), HostName, machine.Name, time);
            StartPause(_shared, _pauseScope);
        }
    }

    public string HostName { get; }

    /// <summary>The pod's IP address.</summary>
    public string Address { get; }

    public NetworkNamespace Network { get; }

    /// <summary>The id of the pod's sandbox, as the container runtime names it in its errors.</summary>
    public string SandboxId { get; } = ContainerRun.NewId();

    /// <summary>Where the container runtime keeps the network namespace.</summary>
    public string NetworkPath { get; } = $"/var/run/netns/cni-{Guid.NewGuid()}";

    /// <summary>The process namespace for a container: the pod's, the target's, or a new one.</summary>
    public ProcessNamespace NamespaceFor(ContainerRun? target) => _shared ?? target?.Process.Namespace ?? new ProcessNamespace(_time);

    /// <summary>The file system of a container: the image's with what the pod mounts.</summary>
    public DirectoryNode CreateRoot(SimulatedImage image, ContainerSpec spec, ProcessNamespace processes, RegularFile terminationMessage)
    {
        DirectoryNode root = RootFileSystem.Create(image, HostName, _time);
        root.Put("proc", new ProcDirectory(processes));
        Mount(root, spec.TerminationMessagePath, terminationMessage);
        foreach (JsonObject mount in spec.VolumeMounts)
        {
            if (_volumes.TryGetValue((string?)mount["name"] ?? "", out DirectoryNode? volume) && (string?)mount["mountPath"] is { } path)
            {
                Mount(root, path, volume);
            }
        }

        return root;
    }

    public ProcessScope CreateScope(DirectoryNode root) => new(root, HostName, _machine.Name, _time, Network);

    /// <summary>Ends what the pod itself runs.</summary>
    public void Stop() => _pauseScope?.KillAll();

    private static void Mount(DirectoryNode root, string path, FileNode node)
    {
        string trimmed = path.TrimEnd('/');
        int slash = trimmed.LastIndexOf('/');
        if (slash >= 0 && slash < trimmed.Length - 1)
        {
            root.Directory(trimmed[..slash]).Put(trimmed[(slash + 1)..], node);
        }
    }

    private static void StartPause(ProcessNamespace processes, ProcessScope scope) => processes.Start(
        new ProcessStart
        {
            Scope = scope,
            Arguments = ["/pause"],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal),
            WorkingDirectory = "/",
            Files = new FileTable(new NullDevice(), new NullDevice(), new NullDevice()),
            Credentials = new Credentials(65535, 65535, [65535], CanTrace: false),
        },
        ServiceProgram.Create([]));
}
