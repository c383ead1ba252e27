using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace EphemeralDebug.Sandbox.Kubelet;

/// <summary>Answers the log of a container.</summary>
internal sealed class LogEndpoint(HttpContext context, PodView pod, TimeProvider time)
{
    private long _left = long.MaxValue;

    public async Task AnswerAsync()
    {
        try
        {
            var options = LogOptions.Parse(context.Request.Query, pod.Name);
            ContainerSpec container = ContainerChoice.Choose(pod, options.Container);
            if (!pod.HasNode)
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            await WriteAsync(FindLog(container, options.Previous), options);
        }
        catch (RequestRefusedException refusal)
        {
            await refusal.WriteAsync(context.Response);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has seen enough.
        }
    }

    /// <summary>The log that is meant, or why there is none (kubelet, <c>validateContainerLogStatus</c>).</summary>
    private ContainerLog FindLog(ContainerSpec container, bool previous)
    {
        string where = $"container \"{container.Name}\" in pod \"{pod.Name}\"";
        ContainerRecord? record = pod.Worker?.Find(container.Name);
        JsonObject? status = FindStatus(container.Name);
        if (record is null || status is null)
        {
            throw RequestRefusedException.BadRequest($"{where} is not available");
        }

        string? waiting = (string?)status["state"]?["waiting"]?["reason"];
        bool isRestarting = waiting is not null && record.Current?.Termination is not null;
        if (previous)
        {
            return (isRestarting ? record.Current : record.Previous)?.Log
                ?? throw RequestRefusedException.BadRequest($"previous terminated {where} not found");
        }

        return record.Current?.Log ?? throw RequestRefusedException.BadRequest(where + " is waiting to start: " + waiting switch
        {
            "ErrImagePull" => "image can't be pulled",
            "ImagePullBackOff" => "trying and failing to pull image",
            _ => waiting,
        });
    }

    private JsonObject? FindStatus(string container)
    {
        JsonNode? status = pod.Pod["status"];
        return new[] { "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses" }
            .SelectMany(list => ContainerSpec.Objects(status?[list]))
            .FirstOrDefault(entry => (string?)entry["name"] == container);
    }

    private async Task WriteAsync(ContainerLog log, LogOptions options)
    {
        context.Response.ContentType = "text/plain";
        await context.Response.StartAsync();
        _left = options.LimitBytes ?? long.MaxValue;
        DateTimeOffset since = options.SinceTime
            ?? (options.SinceSeconds is { } seconds ? time.GetUtcNow() - TimeSpan.FromSeconds(seconds) : DateTimeOffset.MinValue);
        (IReadOnlyList<LogEntry> entries, long next, Task? more) = log.Read(0);
        if (options.TailLines < entries.Count)
        {
            entries = [.. entries.TakeLast((int)options.TailLines.Value)];
        }

        while (true)
        {
            await WriteAsync(entries.Where(entry => entry.Time >= since), options.Timestamps);
            if (!options.Follow || more is null || _left <= 0)
            {
                return;
            }

            await context.Response.Body.FlushAsync(context.RequestAborted);
            await more.WaitAsync(context.RequestAborted);
            (entries, next, more) = log.Read(next);
        }
    }

    private async Task WriteAsync(IEnumerable<LogEntry> entries, bool timestamps)
    {
        foreach (LogEntry entry in entries.TakeWhile(_ => _left > 0))
        {
            if (timestamps)
            {
                string stamp = entry.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z '", CultureInfo.InvariantCulture);
                await WriteAsync(Encoding.ASCII.GetBytes(stamp));
            }

            await WriteAsync(entry.Text);
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> text)
    {
        ReadOnlyMemory<byte> allowed = text.Length > _left ? text[..(int)_left] : text;
        _left -= allowed.Length;
        await context.Response.Body.WriteAsync(allowed, context.RequestAborted);
    }
}
