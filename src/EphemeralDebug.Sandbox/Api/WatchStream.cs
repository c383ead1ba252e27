using System.Globalization;
using System.Threading.Channels;
using EphemeralDebug.Sandbox.Api.Requests;
using EphemeralDebug.Sandbox.Api.Responses;
using EphemeralDebug.Sandbox.Storage;

namespace EphemeralDebug.Sandbox.Api;

/// <summary>Answers watches: what there is, if asked, and then every change until the time is up.</summary>
internal sealed class WatchStream(ResponseWriter responses, TimeProvider time)
{
    /// <summary>How long a watch lasts that names no time itself.</summary>
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    /// <summary>How often a quiet watch is told the current version, if it wants to be.</summary>
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromMinutes(1);

    private const string InitialEventsEnd = "k8s.io/initial-events-end";

    public async Task WatchAsync(ApiRequest request, CancellationToken stopping)
    {
        Negotiated negotiated = Negotiation.Negotiate(request.Http.Request, Offer.Collections, request.Resource.Message is not null);
        ListOptions options = ListOptions.Read(request);
        negotiated = Negotiation.RequireStream(negotiated) with { Pretty = false };
        long? from = options.ParseResourceVersion();
        var channel = Channel.CreateUnbounded<ObjectEvent>(new UnboundedChannelOptions { SingleReader = true });
        var filter = new WatchFilter(request.ObjectNamespace, options, channel.Writer);
        ObjectSnapshot? start = null;
        bool initialEvents = options.SendInitialEvents || from is null or 0;
        using IDisposable? subscription = initialEvents
            ? request.Resource.Store.Subscribe(snapshot => start = snapshot, filter.Offer)
            : request.Resource.Store.SubscribeAfter(from!.Value, change => filter.OfferAfter(change, from.Value));

        request.Http.Response.ContentType = negotiated.StreamType;
        await request.Http.Response.StartAsync(request.Aborted);
        using var timeout = new CancellationTokenSource(options.Timeout ?? DefaultTimeout, time);
        Expiry? expiry = request.Http.Features.Get<Expiry>();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            [timeout.Token, request.Aborted, stopping, expiry?.Due ?? CancellationToken.None]);
        var writer = new EventWriter(request, responses, negotiated);
        if (subscription is null)
        {
            await writer.WriteErrorAsync(TooOld(from!.Value, request.Resource.Store), request.Aborted);
            return;
        }

        try
        {
            if (start is not null)
            {
                await WriteInitialAsync(writer, filter, start, options, ended.Token);
            }

            await writer.FlushAsync(ended.Token);
            await PumpAsync(writer, channel.Reader, options.AllowBookmarks ? request.Resource.Store : null, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The end of a watch: its time is up, its client has left, the server stops, or its version has expired.
        }

        if (expiry is { Kind: ExpiryKind.Expired, Due.IsCancellationRequested: true } && !request.Aborted.IsCancellationRequested)
        {
            await writer.WriteErrorAsync(TooOld(from ?? 0, request.Resource.Store), request.Aborted);
        }
    }

    private static async Task WriteInitialAsync(EventWriter writer, WatchFilter filter, ObjectSnapshot start, ListOptions options, CancellationToken cancellationToken)
    {
        foreach (StoredObject stored in filter.Select(start))
        {
            writer.Write("ADDED", stored);
        }

        if (options is { SendInitialEvents: true, AllowBookmarks: true })
        {
            writer.WriteBookmark(start.ResourceVersion, InitialEventsEnd);
        }

        await writer.FlushAsync(cancellationToken);
    }

    private async Task PumpAsync(EventWriter writer, ChannelReader<ObjectEvent> changes, ObjectStore? bookmarks, CancellationToken cancellationToken)
    {
        while (true)
        {
            while (changes.TryRead(out ObjectEvent? change))
            {
                writer.Write(change.Change.ToString().ToUpperInvariant(), change.Object);
            }

            await writer.FlushAsync(cancellationToken);
            ValueTask<bool> next = changes.WaitToReadAsync(cancellationToken);
            if (bookmarks is null)
            {
                await next;
                continue;
            }

            Task<bool> arrival = next.AsTask();
            if (await Task.WhenAny(arrival, Task.Delay(BookmarkInterval, time, cancellationToken)) != arrival)
            {
                writer.WriteBookmark(bookmarks.Read().ResourceVersion, annotation: null);
            }

            await arrival;
        }
    }

    private static ApiStatus TooOld(long asked, ObjectStore store) => ApiStatus.Expired(
        string.Create(CultureInfo.InvariantCulture, $"too old resource version: {asked} ({store.Read().ResourceVersion})"));

    /// <summary>Lets through what a watch has asked for, and tells objects that come into its view or leave it as such.</summary>
    private sealed class WatchFilter(string? watchedNamespace, ListOptions options, ChannelWriter<ObjectEvent> sink)
    {
        public void OfferAfter(ObjectEvent change, long version)
        {
            if (change.Object.ResourceVersion > version)
            {
                Offer(change);
            }
        }

        public void Offer(ObjectEvent change)
        {
            bool before = change.Previous is not null && Selects(change.Previous);
            bool after = change.Change != PodChange.Deleted && Selects(change.Object);
            PodChange? seen = (before, after) switch
            {
                (false, true) => PodChange.Added,
                (true, true) => PodChange.Modified,
                (true, false) => PodChange.Deleted,
                _ => null,
            };
            if (seen is { } kind)
            {
                sink.TryWrite(change with { Change = kind });
            }
        }

        public IEnumerable<StoredObject> Select(ObjectSnapshot snapshot) => snapshot.Objects.Values.Where(Selects);

        private bool Selects(StoredObject stored) =>
            (string.IsNullOrEmpty(watchedNamespace) || stored.Namespace == watchedNamespace) && options.Selects(stored);
    }
}
