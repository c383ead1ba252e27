using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using EphemeralDebug.Sandbox.Hosting;
using EphemeralDebug.Sandbox.Kubelet;

namespace EphemeralDebug.Sandbox.Demo;

/// <summary>
/// Starts a cluster and does the main job on it: in a PowerShell with the module loaded and connected where there is one
/// and a terminal, else by playing it.
/// </summary>
internal static class DemoCommand
{
    /// <summary>Long enough to be seen, short enough not to be waited for.</summary>
    private static readonly TimeSpan s_pullDelay = TimeSpan.FromSeconds(2);

    private static string Module => typeof(DemoCommand).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Module").Value!;

    /// <summary>Runs the demonstration; its exit code is 0 when every step did what it should.</summary>
    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("ephemeraldebug-").FullName;
        try
        {
            var options = new SandboxOptions
            {
                Pods = DemoPod.Demonstration,
                Node = new KubeletOptions { NodeName = ClusterNode.Name, PullDelay = s_pullDelay },
            };
            await using SandboxServer server = await SandboxServer.StartAsync(options, cancellationToken);
            string kubeConfig = Path.Combine(folder, "sandbox.kubeconfig");
            server.WriteKubeConfig(kubeConfig);
            await output.WriteLineAsync($"This is a simulated cluster at {server.Address}: nothing in it is real, and it ends with this demonstration.");
            bool hasTerminal = !Console.IsInputRedirected && !Console.IsOutputRedirected;
            if (hasTerminal && TryStartPowerShell(kubeConfig) is { } powerShell)
            {
                using (powerShell)
                {
                    await powerShell.WaitForExitAsync(cancellationToken);
                    return powerShell.ExitCode;
                }
            }

            return await new DemoPlay(kubeConfig, output).RunAsync(cancellationToken) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process? TryStartPowerShell(string kubeConfig)
    {
        const string Welcome =
            """
            Import-Module $env:EPHEMERALDEBUG_MODULE
            Connect-EphemeralCluster $env:KUBECONFIG | Out-Host
            @'

            The pods are web (containers app and sidecar) and api. Try:
              New-EphemeralContainer -Pod web -Image busybox -Target app -Enter
              'web', 'api' | New-EphemeralContainer -Image busybox -Wait
              Get-EphemeralContainer
            exit ends the demonstration.

            '@
            """;
        var start = new ProcessStartInfo("pwsh", ["-NoLogo", "-NoExit", "-Command", Welcome]) { UseShellExecute = false };
        start.Environment["KUBECONFIG"] = kubeConfig;
        start.Environment["EPHEMERALDEBUG_MODULE"] = Module;
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
