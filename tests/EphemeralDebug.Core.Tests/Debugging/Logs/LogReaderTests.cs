using EphemeralDebug.Debugging.Logs;

namespace EphemeralDebug.Core.Tests.Debugging.Logs;

public sealed class LogReaderTests
{
    private const string Running = """{"running":{"startedAt":"2026-01-01T00:00:00Z"}}""";

    private static readonly string[] s_entries =
    [
        "2026-01-01T00:00:00.900000000Z first\n",
        "2026-01-01T00:00:01.000000000Z same\n",
        "2026-01-01T00:00:01.000000000Z same\n",
        "2026-01-01T00:00:01.000000000Z other of the same time\n",
        "2026-01-01T00:00:01.000000002Z \n",
        "2026-01-01T00:00:01.000000001Z earlier than the line before: ü€😀\n",
        "2026-01-01T00:00:03.5Z 2026-01-01T00:00:03.5Z printed\n",
        "2026-01-01T02:00:04.100000000+02:00 last, without an end",
    ];

    private static readonly string[] s_texts =
    [
        "first", "same", "same", "other of the same time", "", "earlier than the line before: ü€😀",
        "2026-01-01T00:00:03.5Z printed", "last, without an end",
    ];

    [Fact]
    public async Task A_log_is_read_line_by_line()
    {
        await using var log = new PlayedLog(s_entries);
        Assert.Equal(s_texts, await log.ReadAsync());
        Assert.Contains("timestamps=true", Assert.Single(log.LogQueries), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_cut_at_any_byte_is_read_whole_and_once()
    {
        int length = System.Text.Encoding.UTF8.GetByteCount(string.Concat(s_entries));
        for (int cut = 0; cut < length; cut++)
        {
            await using var log = new PlayedLog(s_entries, cut, cut / 2);
            List<string> texts = await log.ReadAsync();
            Assert.True(s_texts.SequenceEqual(texts), $"Cut after {cut} bytes: {string.Join('|', texts)}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_followed_log_goes_on_after_every_cut_until_the_container_has_ended(bool cutsLookWhole)
    {
        for (int cut = 0; cut < 200; cut += 7)
        {
            await using var log = new PlayedLog(s_entries, cut, cut + 20) { CutsLookWhole = cutsLookWhole };
            log.States.Enqueue(Running);
            log.States.Enqueue(Running);
            log.Growth.Enqueue(3);
            log.Growth.Enqueue(5);
            List<string> texts = await log.ReadAsync(new LogOptions { Follow = true });
            Assert.True(s_texts.SequenceEqual(texts), $"Cut after {cut} bytes: {string.Join('|', texts)}");
        }
    }

    [Fact]
    public async Task Lines_before_the_last_ones_that_were_asked_for_do_not_come_with_another_try()
    {
        for (int cut = 0; cut < 100; cut++)
        {
            await using var log = new PlayedLog(s_entries[..6], cut, cut);
            List<string> texts = await log.ReadAsync(new LogOptions { Tail = 2 });
            Assert.True(s_texts[4..6].SequenceEqual(texts), $"Cut after {cut} bytes: {string.Join('|', texts)}");
        }
    }

    [Fact]
    public async Task A_log_that_was_rotated_while_it_was_not_read_goes_on_with_what_is_left()
    {
        await using var log = new PlayedLog(s_entries[..3]);
        log.States.Enqueue(Running);
        using ClusterSession session = log.Open();
        using var reader = new LogReader(session, new LogSource("default", "web", "debug") { PodUid = "1" }, new LogOptions { Follow = true });
        Assert.Equal(3, (await reader.ReadAsync(follow: true, CancellationToken.None))!.Count);
        log.Entries = s_entries[4..];
        Assert.Equal(["", "earlier than the line before: ü€😀", "2026-01-01T00:00:03.5Z printed"], (await reader.ReadAsync(follow: true, CancellationToken.None))!.Select(line => line.Text));
    }

    [Fact]
    public async Task What_is_older_than_asked_for_within_its_second_is_left_out()
    {
        await using var log = new PlayedLog(s_entries);
        var since = new DateTimeOffset(2026, 1, 1, 0, 0, 1, 1, TimeSpan.Zero);
        Assert.Equal(["2026-01-01T00:00:03.5Z printed", "last, without an end"], await log.ReadAsync(new LogOptions { Since = since }));
        Assert.Contains("sinceTime=2026-01-01T00%3A00%3A01Z", log.LogQueries.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kubelets_own_words_are_told_once_however_often_it_is_asked()
    {
        await using var log = new PlayedLog(["unable to retrieve container logs\n"]);
        log.States.Enqueue(Running);
        log.States.Enqueue(Running);
        Assert.Equal(["unable to retrieve container logs"], await log.ReadAsync(new LogOptions { Follow = true }));
        Assert.True(log.LogQueries.Count() > 2);
    }

    [Fact]
    public async Task Lines_have_their_times_and_the_order_that_more_digits_give()
    {
        await using var log = new PlayedLog(s_entries);
        using ClusterSession session = log.Open();
        using var reader = new LogReader(session, new LogSource("default", "web", "debug"), new LogOptions());
        var lines = new List<LogLine>();
        while (await reader.ReadAsync(follow: false, CancellationToken.None) is { } read)
        {
            lines.AddRange(read);
        }

        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 4, 100, TimeSpan.Zero), lines[^1].Time);
        Assert.True(lines[4].Stamp > lines[5].Stamp);
    }
}
