using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EphemeralDebug.Core.Tests.Support;

namespace EphemeralDebug.Benchmarks.Lists;

/// <summary>
/// The answers to a list of 20,000 pods in chunks of 500, as large as those of a real server: 294 MB in JSON, 89 MB in
/// protobuf. They are made once, so that a server that gives them does next to nothing.
/// </summary>
internal sealed class LargeList
{
    public const int Pods = 20_000;
    public const int ChunkSize = 500;
    public const int Chunks = Pods / ChunkSize;

    /// <summary>The pods that have an ephemeral container.</summary>
    public const int Debugged = 5;

    private const int JsonPodBytes = 14_700;
    private const int ProtobufPodBytes = 4_450;
    private const string ChunkMark = "#chunk#";
    private const string NextMark = "#token#";

    private readonly Template _plain;
    private readonly Template _debugged;
    private readonly Template _last;
    private readonly byte[] _small;

    public LargeList(bool isProtobuf)
    {
        IsProtobuf = isProtobuf;
        _plain = new Template(Encode(withDebugged: false, NextMark));
        _debugged = new Template(Encode(withDebugged: true, NextMark));
        _last = new Template(Encode(withDebugged: false, ""));
        _small = Encode(List("", [Pod("one", isDebugged: true, padding: 0)]));
    }

    public bool IsProtobuf { get; }

    /// <summary>A list of one pod, to get ready by.</summary>
    public ReadOnlyMemory<byte> Small => _small;

    /// <summary>The answer for a chunk. The token of each is the number of the chunk, in seven digits.</summary>
    public byte[] Chunk(int number) => (number == Chunks - 1 ? _last : number % (Chunks / Debugged) == 0 ? _debugged : _plain).Fill(number);

    private byte[] Encode(bool withDebugged, string token)
    {
        int bare = Encode(List("", [Pod("x", false, 0)])).Length - Encode(List("", [])).Length;
        int padding = (IsProtobuf ? ProtobufPodBytes : JsonPodBytes) - bare;
        return Encode(List(token, Enumerable.Range(0, ChunkSize).Select(i => Pod(
            string.Create(CultureInfo.InvariantCulture, $"web-{ChunkMark}-{i:000}"), withDebugged && i == 7, padding))));
    }

    private byte[] Encode(JsonObject list) => IsProtobuf
        ? ProtobufEncoder.Encode(list)
        : Encoding.UTF8.GetBytes(list.ToJsonString());

    private static JsonObject List(string token, IEnumerable<JsonObject> pods) => new()
    {
        ["kind"] = "PodList",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject { ["resourceVersion"] = "12345", ["continue"] = token },
        ["items"] = new JsonArray([.. pods]),
    };

    /// <summary>A pod of two containers; <paramref name="padding"/> more bytes are in its managedFields.</summary>
    private static JsonObject Pod(string name, bool isDebugged, int padding)
    {
        JsonObject pod = JsonNode.Parse(PodTemplate.Json)!.AsObject();
        pod["metadata"]!["name"] = name;
        var fields = new JsonObject();
        for (int i = 0; i < padding / 40; i++)
        {
            fields[string.Create(CultureInfo.InvariantCulture, $"f:field-{i:00000}")] = new JsonObject { ["f:name"] = new JsonObject(), ["."] = 0 };
        }

        pod["metadata"]!["managedFields"]![0]!["fieldsV1"] = fields;
        if (isDebugged)
        {
            pod["spec"]!["ephemeralContainers"] = new JsonArray(
                new JsonObject { ["name"] = "debugger-abcde", ["image"] = "busybox:1.36", ["targetContainerName"] = "app" });
        }

        return pod;
    }

    /// <summary>An answer with gaps of seven bytes for the numbers of chunks.</summary>
    private sealed class Template
    {
        private readonly byte[] _bytes;
        private readonly List<(int Position, bool IsNext)> _gaps = [];

        public Template(byte[] bytes)
        {
            _bytes = bytes;
            Find(ChunkMark, isNext: false);
            Find(NextMark, isNext: true);
        }

        public byte[] Fill(int number)
        {
            byte[] filled = [.. _bytes];
            foreach ((int position, bool isNext) in _gaps)
            {
                Encoding.ASCII.GetBytes((isNext ? number + 1 : number).ToString("0000000", CultureInfo.InvariantCulture), filled.AsSpan(position));
            }

            return filled;
        }

        private void Find(string mark, bool isNext)
        {
            byte[] sought = Encoding.ASCII.GetBytes(mark);
            for (int at = 0, found; (found = _bytes.AsSpan(at).IndexOf(sought)) >= 0; at += found + sought.Length)
            {
                _gaps.Add((at + found, isNext));
            }
        }
    }
}
