using System.Diagnostics;
using System.Globalization;
using EphemeralDebug.Sandbox.Hosting;

namespace EphemeralDebug.Benchmarks;

/// <summary>One measured pair: this module's milliseconds and the peer's.</summary>
internal readonly record struct Pair(double Own, double Peer);

/// <summary>What a user waits for after starting PowerShell.</summary>
internal sealed class StartBenchmarks(string kubeConfig, int runs)
{
    private static readonly string s_folder = AppContext.BaseDirectory;

    private static readonly string s_module = Path.GetFullPath(
        Path.Combine(s_folder, "..", "..", "..", "..", "..", "output", "EphemeralDebug"));

    public static async Task ReportAsync(Report report, int runs)
    {
        string folder = Directory.CreateTempSubdirectory("ephemeraldebug-").FullName;
        try
        {
            await using SandboxServer server = await SandboxServer.StartAsync(new SandboxOptions { Pods = DemoPod.Demonstration });
            string kubeConfig = Path.Combine(folder, "kubeconfig.json");
            server.WriteKubeConfig(kubeConfig, KubeConfigFormat.Json);
            var start = new StartBenchmarks(kubeConfig, runs);
            report.Write("Import-Module over an empty binary module with a manifest", limit: 2.0, await start.ImportAsync());
            report.Write("first Get-EphemeralContainer over a bare HttpClient GET in a fresh PowerShell", limit: 1.3, await start.FirstGetAsync());
            report.Write("second Get-EphemeralContainer over a kubectl get pod process", limit: 0.2, await start.SecondGetAsync());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Task<Pair[]> ImportAsync() => MeasureAsync(
        async () => (await RunScriptAsync("import-module.ps1", Path.Combine(s_module, "EphemeralDebug.psd1")))[0],
        async () => (await RunScriptAsync("import-module.ps1", Path.Combine(s_folder, "EphemeralDebug.Benchmarks.EmptyModule.psd1")))[0]);

    private Task<Pair[]> FirstGetAsync() => MeasureAsync(
        async () => (await RunScriptAsync("first-get.ps1", s_module))[0],
        async () => (await RunScriptAsync("http-client.ps1", kubeConfig))[0]);

    private Task<Pair[]> SecondGetAsync() => MeasureAsync(
        async () => (await RunScriptAsync("first-get.ps1", s_module))[1],
        async () =>
        {
            long started = Stopwatch.GetTimestamp();
            await RunAsync("kubectl", "get", "pod", "web");
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        });

    private async Task<Pair[]> MeasureAsync(Func<Task<double>> own, Func<Task<double>> peer)
    {
        // The first of each fills the file cache.
        await own();
        await peer();
        var pairs = new Pair[runs];
        for (int i = 0; i < runs; i++)
        {
            pairs[i] = new Pair(await own(), await peer());
        }

        return pairs;
    }

    private async Task<double[]> RunScriptAsync(string script, string argument)
    {
        string output = await RunAsync("pwsh", "-NoProfile", "-NonInteractive", "-File", Path.Combine(s_folder, "Scripts", script), argument);
        return [.. output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
    }

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = kubeConfig;
        start.Environment["NO_COLOR"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        string said = await errors;
        return process.ExitCode == 0 && said.Length == 0
            ? output
            : throw new InvalidOperationException($"{program} failed with exit code {process.ExitCode}: {said}");
    }
}
