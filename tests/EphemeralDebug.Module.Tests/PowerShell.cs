using System.Diagnostics;
using System.Reflection;

namespace EphemeralDebug.Module.Tests;

/// <summary>The PowerShell on the path, where there is one.</summary>
internal static class PowerShell
{
    private static readonly Lazy<string?> s_missing = new(FindMissing);

    /// <summary>Why nothing can be run in PowerShell with Pester; null when it can.</summary>
    public static string? Missing => s_missing.Value;

    public static string Repository { get; } = typeof(PowerShell).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Repository").Value!;

    /// <summary>Runs PowerShell without a terminal.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string kubeConfig, TimeSpan limit, params string[] arguments)
    {
        var start = new ProcessStartInfo("pwsh", ["-NoProfile", "-NonInteractive", .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["EPHEMERALDEBUG_SANDBOX_KUBECONFIG"] = kubeConfig;
        start.Environment["NO_COLOR"] = "1";
        start.Environment.Remove("KUBECONFIG");
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using var timer = new CancellationTokenSource(limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(timer.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(timer.Token);
        try
        {
            await process.WaitForExitAsync(timer.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"PowerShell did not end within {limit.TotalSeconds:0} s.");
        }
    }

    private static string? FindMissing()
    {
        try
        {
            (int exitCode, _) = RunAsync(
                "", TimeSpan.FromMinutes(1), "-Command", "exit [int](-not (Get-Module -ListAvailable Pester | Where-Object Version -ge ([version]'5.0')))")
                .GetAwaiter().GetResult();
            return exitCode == 0 ? null : "Pester 5 was not found by pwsh";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "pwsh was not found on the path";
        }
    }
}
