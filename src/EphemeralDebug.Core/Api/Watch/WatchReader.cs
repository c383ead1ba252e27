using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api.Watch;

/// <summary>One watch request: from a resource version on, until the server ends it.</summary>
internal sealed class WatchReader(ApiClient client, TimeProvider time)
{
    /// <summary>The server sends a bookmark about every minute, so a longer silence means that nobody is there.</summary>
    private static readonly TimeSpan s_silenceLimit = TimeSpan.FromSeconds(90);

    /// <summary>Far above etcd's limit for an object (1.5 MiB): what is longer is no watch.</summary>
    private const int MaximumLineBytes = 16 * 1024 * 1024;

    /// <summary>The changes, each with the resource version to resume from. A bookmark has no change.</summary>
    /// <exception cref="KubernetesStatusException">The watch was refused, or has expired (410).</exception>
    public async IAsyncEnumerable<(string Version, PodChange? Change)> ReadAsync(
        string podNamespace, string fromVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var action = new ApiAction("watch", "pods", podNamespace);
        string path = ApiPath.WithQuery(
            ApiPath.Pods(podNamespace),
            new("watch", "true"),
            new("allowWatchBookmarks", "true"),
            new("resourceVersion", fromVersion));
        using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using ITimer timer = time.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), silence, s_silenceLimit, Timeout.InfiniteTimeSpan);
        using HttpResponseMessage response = await WithinLimitAsync(
            async () => await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, client.Resolve(path)), action, silence.Token),
            cancellationToken);
        PipeReader lines = PipeReader.Create(await response.Content.ReadAsStreamAsync(silence.Token));
        await foreach (WatchEventResource line in ReadLinesAsync(lines, action, timer, silence.Token, cancellationToken))
        {
            yield return Interpret(line, action);
        }
    }

    private async IAsyncEnumerable<WatchEventResource> ReadLinesAsync(
        PipeReader reader,
        ApiAction action,
        ITimer silenceTimer,
        CancellationToken silence,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await WithinLimitAsync(() => reader.ReadAsync(silence), cancellationToken);
            silenceTimer.Change(s_silenceLimit, Timeout.InfiniteTimeSpan);
            ReadOnlySequence<byte> buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                if (Parse(buffer.Slice(0, end), action) is { } line)
                {
                    yield return line;
                }

                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (result.IsCompleted)
            {
                yield break;
            }

            if (buffer.Length > MaximumLineBytes)
            {
                throw ConnectionErrors.NotKubernetes(action, mediaType: null, client.Server);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private async Task<T> WithinLimitAsync<T>(Func<ValueTask<T>> wait, CancellationToken cancellationToken)
    {
        try
        {
            return await wait();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw ConnectionErrors.Lost(exception, client.Server);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw ConnectionErrors.Lost(new IOException("nothing came for 90 s", exception), client.Server);
        }
    }

    private WatchEventResource? Parse(ReadOnlySequence<byte> line, ApiAction action)
    {
        if (line.IsEmpty)
        {
            return null;
        }

        try
        {
            var json = new Utf8JsonReader(line);
            return JsonSerializer.Deserialize(ref json, WireJson.Default.WatchEventResource);
        }
        catch (JsonException exception)
        {
            throw ConnectionErrors.NotKubernetes(action, mediaType: null, client.Server, exception);
        }
    }

    private (string Version, PodChange? Change) Interpret(WatchEventResource line, ApiAction action)
    {
        if (line.Type is "ERROR")
        {
            StatusResource? status = line.Object.Deserialize(WireJson.Default.StatusResource);
            throw StatusErrors.FromStatus(
                status ?? new StatusResource(), (HttpStatusCode)(status?.Code ?? (int)HttpStatusCode.InternalServerError), action);
        }

        PodResource? pod = line.Object.Deserialize(WireJson.Default.PodResource);
        if (pod?.Metadata?.ResourceVersion is not { } version)
        {
            throw ConnectionErrors.NotKubernetes(action, mediaType: null, client.Server);
        }

        return (version, line.Type is "BOOKMARK" ? null : new PodChange(pod, line.Type is "DELETED"));
    }
}
