using EphemeralDebug.Sandbox.Hosting;
using Xunit.Abstractions;

namespace EphemeralDebug.Module.Tests;

/// <summary>Runs each Pester suite of tests/Module in a PowerShell and a cluster of its own.</summary>
public sealed class PesterTests(ITestOutputHelper output)
{
    private const string Run =
        """
        & {
            param($Suite)
            $configuration = New-PesterConfiguration
            $configuration.Run.Path = $Suite
            $configuration.Run.PassThru = $true
            $configuration.Output.Verbosity = 'Detailed'
            $configuration.Output.RenderMode = 'Plaintext'
            $result = Invoke-Pester -Configuration $configuration
            exit [int]($result.Result -ne 'Passed' -or $result.PassedCount -eq 0)
        }
        """;

    public static TheoryData<string> Suites => [.. Directory
        .EnumerateFiles(Path.Combine(PowerShell.Repository, "tests", "Module"), "*.Tests.ps1")
        .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [SkippableTheory]
    [MemberData(nameof(Suites))]
    public async Task The_suite_passes(string suite)
    {
        Skip.If(PowerShell.Missing is not null, $"{suite} did not run: {PowerShell.Missing}. {Suites.Count} suites in all.");
        string folder = Directory.CreateTempSubdirectory("ephemeraldebug-").FullName;
        try
        {
            await using SandboxServer sandbox = await SandboxServer.StartAsync(new SandboxOptions { Pods = DemoPod.Demonstration });
            string kubeConfig = Path.Combine(folder, "kubeconfig");
            sandbox.WriteKubeConfig(kubeConfig);
            string path = Path.Combine(PowerShell.Repository, "tests", "Module", suite);
            (int exitCode, string text) = await PowerShell.RunAsync(
                kubeConfig, TimeSpan.FromMinutes(5), "-Command", $"{Run} '{path.Replace("'", "''", StringComparison.Ordinal)}'");
            SandboxSecrets.AssertNotIn(text, sandbox.KubeConfigJson);
            output.WriteLine(text);
            Assert.True(exitCode == 0, text);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
