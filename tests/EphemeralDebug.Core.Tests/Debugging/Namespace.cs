using System.Diagnostics;
using System.Text;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>A process namespace of its own with a process 1, as a container has; needs root.</summary>
internal sealed class Namespace : IDisposable
{
    private static readonly string[] Unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

    private readonly Child unshare;

    private Namespace(Child unshare) => this.unshare = unshare;

    /// <summary>The beginning of a command that runs in the namespace, with parent 0, as the kubelet's exec does.</summary>
    public string[] Enter => ["nsenter", "--target", $"{FirstProcess}", "--pid", "--mount"];

    public bool HasEnded => unshare.HasExited;

    private int FirstProcess => ProcessFolder.ChildrenOf(unshare.Id).Single();

    /// <summary>Starts process 1, which must print a line when it has started.</summary>
    public static async Task<Namespace> StartAsync(string[] command, string marker)
    {
        await SkipIfNotPermittedAsync();
        Namespace started = new(new Child([.. Unshare, .. command], EphemeralDebug.Debugging.WaitingCommand.MarkerVariable, marker));
        Assert.Equal("1", await started.unshare.ReadLineAsync());
        return started;
    }

    public Task<int> WaitAsync() => unshare.WaitAsync();

    /// <summary>Waits until so many processes are in the namespace; a shell that waits has a sleep beside it.</summary>
    public async Task WaitForProcessesAsync(int count)
    {
        string name = ProcessFolder.NamespaceOf(FirstProcess);
        await ProcessFolder.WaitUntilAsync(() => ProcessFolder.InNamespace(name) >= count);
    }

    public void Dispose() => unshare.Dispose();

    private static async Task SkipIfNotPermittedAsync()
    {
        using Child probe = new(["sh", "-c", $"command -v nsenter >/dev/null && {string.Join(' ', Unshare)} true"]);
        (_, string error, int exitCode) = await probe.FinishAsync();
        Skip.If(exitCode != 0, $"Process namespaces cannot be made here: {error.Trim()}");
    }
}

/// <summary>What the tests read of /proc.</summary>
internal static class ProcessFolder
{
    /// <summary>Processes announce nothing, so /proc is looked at again and again, for at most half a minute.</summary>
    public static async Task WaitUntilAsync(Func<bool> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "The processes did not start in time.");
            await Task.Delay(10);
        }
    }

    public static IEnumerable<int> ChildrenOf(int id) =>
        File.ReadAllText($"/proc/{id}/task/{id}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(int.Parse);

    public static string NamespaceOf(int id) => File.ResolveLinkTarget($"/proc/{id}/ns/pid", returnFinalTarget: false)!.Name;

    public static int InNamespace(string name) => All().Count(id => Try(() => NamespaceOf(id) == name));

    /// <summary>Kills what a shell left behind, such as the sleep that it waited for.</summary>
    public static void KillAll(string variable, string value)
    {
        foreach (int id in OperatingSystem.IsLinux() ? All() : [])
        {
            Try(() => HasVariable(id, variable, value) && Kill(id));
        }
    }

    private static bool HasVariable(int id, string variable, string value) =>
        File.ReadAllText($"/proc/{id}/environ", Encoding.Latin1).Contains($"{variable}={value}", StringComparison.Ordinal);

    private static bool Kill(int id)
    {
        using var left = Process.GetProcessById(id);
        left.Kill();
        return true;
    }

    private static List<int> All() =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(static folder => int.TryParse(Path.GetFileName(folder), out int id) ? id : 0)
            .Where(static id => id > 0)];

    /// <summary>False also for a process that ended meanwhile, or that may not be looked at.</summary>
    private static bool Try(Func<bool> test)
    {
        try
        {
            return test();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
