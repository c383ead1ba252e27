using System.Globalization;
using System.Text;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Files;

/// <summary>The directory <c>/proc</c> of a process namespace (proc(5)).</summary>
internal sealed class ProcDirectory : DirectoryNode
{
    private readonly ProcessNamespace _processes;

    public ProcDirectory(ProcessNamespace processes)
    {
        _processes = processes;
        Mode = 0b101_101_101;
        base.Put("self", new SymbolicLink("self", process => new ProcessDirectory(process)));
        base.Put("net", new SymbolicLink("self/net", process => new NetworkDirectory(process.Scope.Network)));
        base.Put("mounts", new GeneratedFile(_ => "overlay / overlay rw,relatime 0 0\nproc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\ntmpfs /dev tmpfs rw,nosuid 0 0\n"u8.ToArray()));
        base.Put("meminfo", new GeneratedFile(_ => "MemTotal:        4087808 kB\nMemFree:         3072000 kB\nMemAvailable:    3584000 kB\n"u8.ToArray()));
        base.Put("cpuinfo", new GeneratedFile(_ => "processor\t: 0\nvendor_id\t: Simulated\nmodel name\t: Simulated CPU\n\n"u8.ToArray()));
        base.Put("loadavg", new GeneratedFile(_ => "0.08 0.03 0.01 1/64 4711\n"u8.ToArray()));
        base.Put("version", new GeneratedFile(_ => "Linux version 6.12.0-simulated (simulation) #1 SMP\n"u8.ToArray()));
        base.Put("stat", new GeneratedFile(process => Statistics(process)));
        base.Put("uptime", new GeneratedFile(process => Uptime(process)));
    }

    public override IReadOnlyList<string> Names =>
        [.. _processes.Processes.Select(process => process.Id.ToString(CultureInfo.InvariantCulture)), .. base.Names];

    public override FileNode? Find(string name, SimulatedProcess process) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? _processes.Find(id) is { } found ? new ProcessDirectory(found) : null
            : base.Find(name, process);

    public override void Put(string name, FileNode node) => throw new SystemCallException(Errno.NoEntry);

    public override void Remove(string name) => throw new SystemCallException(Errno.NotPermitted);

    private static byte[] Statistics(SimulatedProcess process) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"cpu  0 0 0 0 0 0 0 0 0 0\nbtime {process.Namespace.BootedAt.ToUnixTimeSeconds()}\n"));

    private static byte[] Uptime(SimulatedProcess process)
    {
        double seconds = (process.Scope.Time.GetUtcNow() - process.Namespace.BootedAt).TotalSeconds;
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seconds:F2} {seconds:F2}\n"));
    }
}

/// <summary>The directory <c>/proc/&lt;pid&gt;</c>.</summary>
internal sealed class ProcessDirectory : DirectoryNode
{
    private const int TicksPerSecond = 100;

    private readonly SimulatedProcess _subject;

    public ProcessDirectory(SimulatedProcess subject)
    {
        _subject = subject;
        Mode = 0b101_101_101;
        UserId = subject.Credentials.UserId;
        GroupId = subject.Credentials.GroupId;
        ModifiedAt = subject.StartedAt;
        Add("cmdline", new GeneratedFile(_ => ByteText.Encode(string.Concat(subject.Arguments.Select(argument => argument + "\0")))));
        Add("comm", new GeneratedFile(_ => ByteText.Encode(subject.CommandName + "\n")));
        Add("environ", new GeneratedFile(viewer => Traced(viewer, Environment)));
        Add("stat", new GeneratedFile(_ => ByteText.Encode(Stat)));
        Add("status", new GeneratedFile(_ => ByteText.Encode(Status)));
        Add("root", new SymbolicLink("/", viewer => Traced(viewer, () => subject.Scope.Root)));
        Add("cwd", new SymbolicLink(subject.WorkingDirectory, viewer => Traced(viewer, () => FileSystem.Get(subject, subject.WorkingDirectory))));
        Add("exe", new SymbolicLink(subject.Arguments.Count > 0 ? subject.Arguments[0] : ""));
        Add("fd", new DescriptorDirectory(subject));
        Add("net", new NetworkDirectory(subject.Scope.Network));
    }

    /// <summary>The 22 fields of <c>stat</c> up to the start time in clock ticks, and the rest as zeros.</summary>
    private string Stat => string.Create(CultureInfo.InvariantCulture,
        $"{_subject.Id} ({_subject.CommandName}) S {_subject.ParentId} {_subject.GroupId} {_subject.SessionId} {(_subject.Terminal is null ? 0 : 34816)} {_subject.Terminal?.ForegroundGroup ?? -1} 4194560 0 0 0 0 0 0 0 0 20 0 1 0 {StartTicks} 4497408 256 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");

    private long StartTicks => (long)((_subject.StartedAt - _subject.Namespace.BootedAt).TotalSeconds * TicksPerSecond);

    private string Status => string.Create(CultureInfo.InvariantCulture,
        $"Name:\t{_subject.CommandName}\nState:\tS (sleeping)\nTgid:\t{_subject.Id}\nPid:\t{_subject.Id}\nPPid:\t{_subject.ParentId}\nTracerPid:\t0\nUid:\t{Four(_subject.Credentials.UserId)}\nGid:\t{Four(_subject.Credentials.GroupId)}\nGroups:\t{string.Join(' ', _subject.Credentials.Groups)}\nVmRSS:\t    1024 kB\nThreads:\t1\nCapEff:\t{(_subject.Credentials.CanTrace ? "00000000a80c25fb" : _subject.Credentials.UserId == 0 ? "00000000a80425fb" : "0000000000000000")}\n");

    private byte[] Environment() => ByteText.Encode(string.Concat(_subject.Environment.Select(pair => $"{pair.Key}={pair.Value}\0")));

    private static string Four(int id) => string.Join('\t', Enumerable.Repeat(id.ToString(CultureInfo.InvariantCulture), 4));

    /// <summary>ptrace(2)'s access check: the same user, or the capability SYS_PTRACE.</summary>
    private T Traced<T>(SimulatedProcess viewer, Func<T> get) =>
        viewer.Credentials.UserId == _subject.Credentials.UserId || viewer.Credentials.CanTrace
            ? get()
            : throw new SystemCallException(Errno.AccessDenied);

    private void Add(string name, FileNode node)
    {
        node.UserId = UserId;
        node.GroupId = GroupId;
        node.ModifiedAt = ModifiedAt;
        Put(name, node);
    }
}

/// <summary>The directory <c>/proc/&lt;pid&gt;/fd</c>.</summary>
internal sealed class DescriptorDirectory(SimulatedProcess subject) : DirectoryNode
{
    public override IReadOnlyList<string> Names =>
        [.. subject.Files.Descriptors.Select(descriptor => descriptor.ToString(CultureInfo.InvariantCulture))];

    public override FileNode? Find(string name, SimulatedProcess process) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor) && subject.Files.TryGet(descriptor, out OpenFile? file)
            ? new SymbolicLink(file.Description, _ => new DeviceNode(_ => file.Share()))
            : null;
}
