using System.Diagnostics;
using System.Globalization;

namespace EphemeralDebug.Benchmarks.Lists;

/// <summary>Finds the few pods with ephemeral containers among many, each time in a fresh process.</summary>
internal static class ListBenchmarks
{
    public const string ClientArgument = "list-client";

    public static async Task ReportAsync(Report report, int runs)
    {
        foreach (bool isProtobuf in (bool[])[true, false])
        {
            (Pair[] times, double workingSet, double allocated) = await FindAsync(isProtobuf, runs);
            string memory = string.Create(
                CultureInfo.InvariantCulture, $"memory +{workingSet:0} MB (at most 40), {allocated:0.0} MB allocated");
            report.Write(
                $"finding {LargeList.Debugged} of {LargeList.Pods} pods over an HttpClient that discards the same {(isProtobuf ? "protobuf" : "JSON")}; {memory}",
                limit: 1.5,
                times);
        }
    }

    /// <summary>The times, and the module's worst growth of the working set and of allocated bytes in MB.</summary>
    private static async Task<(Pair[] Times, double WorkingSet, double Allocated)> FindAsync(bool isProtobuf, int runs)
    {
        await using ListServer server = await ListServer.StartAsync(new LargeList(isProtobuf));
        string certificate = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(certificate, server.CertificatePem);
            await RunClientAsync("peer", server, certificate);
            var times = new Pair[runs];
            var grown = new List<double[]>();
            for (int i = 0; i < runs; i++)
            {
                double[] own = await RunClientAsync("own", server, certificate);
                double[] peer = await RunClientAsync("peer", server, certificate);
                times[i] = new Pair(own[0], peer[0]);
                grown.Add(own);
            }

            return (times, grown.Max(g => g[1]), grown.Max(g => g[2]));
        }
        finally
        {
            File.Delete(certificate);
        }
    }

    private static async Task<double[]> RunClientAsync(string who, ListServer server, string certificate)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "EphemeralDebug.Benchmarks.dll");
        var start = new ProcessStartInfo("dotnet", [program, ClientArgument, who, server.Address, certificate])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? [.. output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"The client failed with exit code {process.ExitCode}.");
    }
}
