using EphemeralDebug.Benchmarks;
using EphemeralDebug.Sandbox.Hosting;

// Ratios against peers on the same work, in one run on one machine. Each pair of runs follows the other at once, so that
// a machine whose speed drifts slows both.
int runs = args is [string count] && int.TryParse(count, out int parsed) && parsed > 0 ? parsed : 15;
string folder = Directory.CreateTempSubdirectory("ephemeraldebug-").FullName;
try
{
    await using SandboxServer server = await SandboxServer.StartAsync(new SandboxOptions { Pods = DemoPod.Demonstration });
    string kubeConfig = Path.Combine(folder, "kubeconfig.json");
    server.WriteKubeConfig(kubeConfig, KubeConfigFormat.Json);
    var start = new StartBenchmarks(kubeConfig, runs);
    var report = new Report(Console.Out, runs);
    report.Write("Import-Module over an empty binary module with a manifest", limit: 2.0, await start.ImportAsync());
    report.Write("first Get-EphemeralContainer over a bare HttpClient GET in a fresh PowerShell", limit: 1.3, await start.FirstGetAsync());
    report.Write("second Get-EphemeralContainer over a kubectl get pod process", limit: 0.2, await start.SecondGetAsync());
}
finally
{
    Directory.Delete(folder, recursive: true);
}
