using System.Diagnostics;

namespace EphemeralDebug.Core.Tests.Debugging;

/// <summary>The POSIX shells that a debug image may have as its <c>sh</c>, where this machine has them.</summary>
internal static class Shell
{
    public static TheoryData<string> Names => ["sh", "dash", "bash", "busybox"];

    /// <summary>The program and its first arguments, or a skipped test that says why.</summary>
    public static string[] Require(string name)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Processes are found through /proc, which only Linux has.");
        string? path = Environment.GetEnvironmentVariable("PATH")?.Split(':')
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
        Skip.If(path is null, $"The shell {name} is not installed.");
        return name == "busybox" ? [path, "sh"] : [path];
    }
}

/// <summary>A child process with its output redirected; disposing kills it.</summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Process process;

    public Child(IEnumerable<string> command, string? variable = null, string? value = null)
    {
        string[] words = [.. command];
        ProcessStartInfo start = new(words[0], words[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (variable is not null)
        {
            start.Environment[variable] = value;
        }

        process = Process.Start(start)!;
        process.StandardInput.Close();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public async Task<string?> ReadLineAsync() => await process.StandardOutput.ReadLineAsync().WaitAsync(Limit);

    public async Task<int> WaitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Limit);
        return process.ExitCode;
    }

    /// <summary>Everything it still prints, its error output, and its exit code.</summary>
    public async Task<(string Output, string Error, int ExitCode)> FinishAsync()
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        int exitCode = await WaitAsync();
        return (await output.WaitAsync(Limit), await error.WaitAsync(Limit), exitCode);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}
