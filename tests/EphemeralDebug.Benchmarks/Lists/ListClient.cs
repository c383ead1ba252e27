using System.Diagnostics;
using System.Globalization;
using System.Net;
using EphemeralDebug.Api;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Configuration;

namespace EphemeralDebug.Benchmarks.Lists;

/// <summary>
/// A process of its own that goes through the list once, by this module's code or by a bare HttpClient that reads the
/// same answers and throws them away. Prints milliseconds, and how far the working set and the allocated bytes grew.
/// </summary>
internal static class ListClient
{
    public static async Task RunAsync(bool isOwn, Uri server, string certificateFile)
    {
        var configuration = new ClusterConfiguration
        {
            Server = server,
            CertificateAuthorities = PemCertificates.Read(await File.ReadAllBytesAsync(certificateFile)),
        };
        using var session = new ClusterSession(configuration, TimeProvider.System);
        using var http = new HttpClient(HttpHandlerFactory.CreateTransport(configuration, certificate: null))
        {
            DefaultRequestVersion = HttpVersion.Version20,
            BaseAddress = server,
        };
        Func<string?, Task> go = isOwn ? scope => FindAsync(session, scope) : scope => DiscardAsync(http, scope);

        // Compiles the code and opens the connection.
        await go("small");
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        long idle = process.WorkingSet64;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long started = Stopwatch.GetTimestamp();
        await go(null);
        double time = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        process.Refresh();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{time:0.0} {Megabytes(process.PeakWorkingSet64 - idle):0.0} {Megabytes(GC.GetTotalAllocatedBytes(precise: true) - allocated):0.0}"));
    }

    private static async Task FindAsync(ClusterSession session, string? scope)
    {
        int count = 0;
        await foreach (PodResource _ in session.Pods.ListWithEphemeralContainersAsync(scope, labelSelector: null, CancellationToken.None))
        {
            count++;
        }

        if (count != (scope is null ? LargeList.Debugged : 1))
        {
            throw new InvalidOperationException($"{count} pods with ephemeral containers were found.");
        }
    }

    private static async Task DiscardAsync(HttpClient http, string? scope)
    {
        byte[] buffer = new byte[64 * 1024];
        for (int chunk = 0; chunk < (scope is null ? LargeList.Chunks : 1); chunk++)
        {
            string path = scope is null
                ? string.Create(CultureInfo.InvariantCulture, $"api/v1/pods?limit=500&continue={chunk}")
                : $"api/v1/namespaces/{scope}/pods?limit=500";
            using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            response.EnsureSuccessStatusCode();
            await using Stream stream = await response.Content.ReadAsStreamAsync();
            while (await stream.ReadAsync(buffer) > 0)
            {
            }
        }
    }

    private static double Megabytes(long bytes) => bytes / 1_000_000.0;
}
