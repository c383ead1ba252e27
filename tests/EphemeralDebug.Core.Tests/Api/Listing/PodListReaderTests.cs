using System.Text.Json;
using System.Text.Json.Nodes;
using EphemeralDebug.Api.Listing;
using EphemeralDebug.Api.Wire;
using EphemeralDebug.Core.Tests.Support;

namespace EphemeralDebug.Core.Tests.Api.Listing;

public sealed class PodListReaderTests
{
    private const string Expected = "a/one* b/two c/three* | next";

    private static readonly JsonObject s_list = ListedPods.List(
        "next", ListedPods.Pod("a", "one", "d1"), ListedPods.Pod("b", "two"), ListedPods.Pod("c", "three", "d3"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_is_the_same_however_its_bytes_are_divided(bool isProtobuf)
    {
        byte[] answer = ListedPods.Encode(s_list, isProtobuf);
        for (int i = 0; i <= answer.Length; i++)
        {
            Assert.Equal(Expected, await ReadAsync(isProtobuf, answer[..i], answer[i..]));
        }

        Assert.Equal(Expected, await ReadAsync(isProtobuf, [.. answer.Select(b => new[] { b })]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_metadata_may_come_last(bool isProtobuf)
    {
        byte[] answer = ListedPods.Encode(ListedPods.Reversed(s_list), isProtobuf);
        for (int i = 0; i <= answer.Length; i += 7)
        {
            Assert.Equal(Expected, await ReadAsync(isProtobuf, answer[..i], answer[i..]));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_token_is_known_before_the_pods_when_it_stands_before_them(bool isProtobuf)
    {
        using PodListReader reader = Open(isProtobuf, ListedPods.Encode(s_list, isProtobuf));
        Assert.True(await reader.ReadAsync());
        Assert.Equal("next", reader.ContinueToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_that_breaks_off_is_never_taken_for_a_shorter_one(bool isProtobuf)
    {
        byte[] answer = ListedPods.Encode(s_list, isProtobuf);

        // After the list itself an envelope has two empty fields, and a document an end of line.
        int end = answer.Length - (isProtobuf ? 4 : 1);
        for (int i = 0; i < end; i++)
        {
            await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync(isProtobuf, answer[..i]));
        }

        for (int i = end; i < answer.Length; i++)
        {
            string? read = null;
            Exception? failure = await Record.ExceptionAsync(async () => read = await ReadAsync(isProtobuf, answer[..i]));
            Assert.True(read == Expected || failure is EndOfStreamException, $"{i}: {read} {failure}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_that_are_changed_at_random_are_read_or_are_an_error_and_nothing_else(bool isProtobuf)
    {
        byte[] answer = ListedPods.Encode(s_list, isProtobuf);
        var random = new Random(20_260_101);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] changed = [.. answer];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            Exception? failure = await Record.ExceptionAsync(() => ReadAsync(isProtobuf, changed));
            Assert.True(failure is null or EndOfStreamException or InvalidDataException or JsonException, failure?.ToString());
        }
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(1UL << 40)]
    [InlineData(64UL * 1024 * 1024)]
    public async Task A_length_that_no_pod_has_is_an_error_and_no_allocation(ulong length)
    {
        var type = new ProtobufWriter().Text(1, "v1").Text(2, "PodList");
        byte[] pod = new ProtobufWriter().Length(2, length).ToArray();
        byte[] envelope = new ProtobufWriter().Message(1, type).Length(2, (ulong)long.MaxValue - 100).Raw(pod).ToArray();
        await AssertRefusedAsync([.. "k8s\0"u8, .. envelope]);

        byte[] own = new ProtobufWriter().Message(1, type).Length(2, length).Raw(pod).ToArray();
        await AssertRefusedAsync([.. "k8s\0"u8, .. own, .. new byte[100]]);
    }

    [Theory]
    [InlineData(true, """{"kind":"Status","status":"Failure","code":500}""")]
    [InlineData(false, """{"kind":"Status","status":"Failure","code":500}""")]
    [InlineData(false, """{"kind":"SecretList","items":[]}""")]
    [InlineData(false, "{}")]
    [InlineData(false, "[]")]
    [InlineData(false, "null")]
    public async Task An_object_of_another_kind_is_no_empty_list(bool isProtobuf, string json)
    {
        byte[] answer = isProtobuf ? ProtobufEncoder.Encode(JsonNode.Parse(json)!.AsObject()) : System.Text.Encoding.UTF8.GetBytes(json);
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(isProtobuf, answer));
    }

    [Fact]
    public async Task Protobuf_without_its_first_four_bytes_is_an_error() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(isProtobuf: true, ListedPods.Encode(s_list, isProtobuf: false)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_without_pods_is_empty(bool isProtobuf)
    {
        Assert.Equal(" | ", await ReadAsync(isProtobuf, ListedPods.Encode(ListedPods.List(continueToken: null), isProtobuf)));
    }

    [Fact]
    public async Task An_empty_list_of_ephemeral_containers_is_none()
    {
        JsonObject pod = ListedPods.Pod("a", "one");
        pod["spec"]!["ephemeralContainers"] = new JsonArray();
        pod["status"]!["ephemeralContainers"] = new JsonArray(new JsonObject());
        byte[] answer = ListedPods.Encode(ListedPods.List(continueToken: null, pod), isProtobuf: false);
        Assert.Equal("a/one | ", await ReadAsync(isProtobuf: false, answer));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pods_that_are_passed_over_cost_no_memory(bool isProtobuf)
    {
        byte[] few = Many(isProtobuf, 100);
        byte[] many = Many(isProtobuf, 4_000);
        await CountAsync(isProtobuf, few);
        long before = GC.GetAllocatedBytesForCurrentThread();
        await CountAsync(isProtobuf, few);
        long forFew = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(4_000, await CountAsync(isProtobuf, many));
        long forMany = GC.GetAllocatedBytesForCurrentThread() - before - forFew;
        Assert.True(forMany < forFew + 40_000, $"{forFew} bytes for 100 pods, {forMany} for 4000");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pod_larger_than_the_window_is_read(bool isProtobuf)
    {
        JsonObject pod = ListedPods.Pod("a", "one", "d");
        pod["metadata"]!["annotations"] = new JsonObject { ["big"] = new string('x', 1_500_000) };
        byte[] answer = ListedPods.Encode(ListedPods.List("next", pod, ListedPods.Pod("b", "two")), isProtobuf);
        Assert.Equal("a/one* b/two | next", await ReadAsync(isProtobuf, [.. answer.Chunk(10_007)]));
    }

    private static byte[] Many(bool isProtobuf, int count) => ListedPods.Encode(
        ListedPods.List("next", Enumerable.Range(0, count).Select(i => ListedPods.Pod("default", $"pod-{i:00000}"))), isProtobuf);

    private static async Task<int> CountAsync(bool isProtobuf, byte[] answer)
    {
        using PodListReader reader = Open(isProtobuf, answer);
        int count = 0;
        while (await reader.ReadAsync())
        {
            count += reader.HasEphemeralContainers ? 0 : 1;
        }

        return count;
    }

    private static async Task AssertRefusedAsync(byte[] answer)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? failure = await Record.ExceptionAsync(() => ReadAsync(isProtobuf: true, answer));
        Assert.True(failure is InvalidDataException or EndOfStreamException, failure?.ToString());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    /// <summary>The pods' keys, with a star where there are ephemeral containers, and the token.</summary>
    private static async Task<string> ReadAsync(bool isProtobuf, params byte[][] parts)
    {
        using PodListReader reader = Open(isProtobuf, parts);
        var pods = new List<string>();
        while (await reader.ReadAsync())
        {
            PodResource pod = reader.GetPod();
            string key = $"{pod.Metadata?.Namespace}/{pod.Metadata?.Name}";
            Assert.Equal(reader.HasEphemeralContainers, pod.Spec?.EphemeralContainers is { Count: > 0 });
            pods.Add(reader.HasEphemeralContainers ? key + "*" : key);
        }

        return $"{string.Join(' ', pods)} | {reader.ContinueToken}";
    }

    private static PodListReader Open(bool isProtobuf, params byte[][] parts)
    {
        var rest = new Queue<ReadOnlyMemory<byte>>(parts.Where(p => p.Length > 0).Select(p => (ReadOnlyMemory<byte>)p));
        ReadOnlyMemory<byte> part = default;
        var window = new ByteWindow(buffer =>
        {
            if (part.IsEmpty && !rest.TryDequeue(out part))
            {
                return ValueTask.FromResult(0);
            }

            int count = Math.Min(part.Length, buffer.Length);
            part.Span[..count].CopyTo(buffer.Span);
            part = part[count..];
            return ValueTask.FromResult(count);
        });
        return isProtobuf ? new ProtobufPodListReader(window) : new JsonPodListReader(window);
    }
}
