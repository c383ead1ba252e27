using System.Diagnostics;

namespace EphemeralDebug.Sandbox.Tests.Kubectl;

/// <summary>What a program wrote, and how it ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Everything, for the message of a failing test.</summary>
    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";
}

/// <summary>The kubectl of this machine, with a kubeconfig and a home directory of its own.</summary>
internal sealed class KubectlProgram(string home)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Its path; null when there is none.</summary>
    public static string? Location { get; } = (System.Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl"))
        .FirstOrDefault(File.Exists);

    public string KubeConfig { get; } = Path.Combine(home, "kubeconfig");

    /// <summary>The variables that it is to have.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["KUBECONFIG"] = KubeConfig,
        ["HOME"] = home,
    };

    /// <summary>Runs it without a terminal, with nothing to read unless <paramref name="input"/> is given.</summary>
    public async Task<ProgramResult> RunAsync(IEnumerable<string> arguments, string input = "")
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(Location!, arguments) { UseShellExecute = false } };
        foreach ((string name, string value) in Environment)
        {
            process.StartInfo.Environment[name] = value;
        }

        process.StartInfo.RedirectStandardInput = true;
        process.StartInfo.RedirectStandardOutput = true;
        process.StartInfo.RedirectStandardError = true;
        process.Start();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new ProgramResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"kubectl {string.Join(' ', arguments)} did not end in {Limit.TotalSeconds} s", exception);
        }
    }
}
