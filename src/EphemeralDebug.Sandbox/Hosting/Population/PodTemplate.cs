using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EphemeralDebug.Sandbox.Images;
using EphemeralDebug.Sandbox.Kubelet;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Hosting.Population;

/// <summary>
/// Pods as a deployment's controller and a kubelet have left them, read from the document beside this file. Every pod of
/// a number is the same in every sandbox.
/// </summary>
internal sealed partial class PodTemplate
{
    private const string Image = "busybox:1.36";

    /// <summary>How many pods a workload has.</summary>
    private const int Replicas = 20;

    private static readonly string[] Tiers = ["back", "front", "middle"];

    // Literal text and the names of placeholders, in turn.
    private readonly string[] _plain;
    private readonly string[] _debugged;
    private readonly string[] _debuggedBefore;

    private readonly KubeletOptions _node;
    private readonly string _time;
    private readonly string _imageName;
    private readonly string _imageId;

    public PodTemplate(KubeletOptions node, DateTimeOffset created)
    {
        _node = node;
        _time = ApiJson.Time(created);
        ImageReference image = ImageReference.Parse(Image, out _)!;
        _imageName = image.FullName;
        _imageId = ImageCatalog.Digest(image);
        using Stream resource = typeof(PodTemplate).Assembly.GetManifestResourceStream("population.json")
            ?? throw new InvalidOperationException("The template of pods is missing from the assembly.");
        JsonNode document = JsonNode.Parse(resource)!;
        _plain = Split(document["pod"]!);
        _debugged = WithEphemeralContainer(document, "running");
        _debuggedBefore = WithEphemeralContainer(document, "terminated");
    }

    /// <summary>The pod of a number, in a namespace.</summary>
    public JsonObject Create(int number, string podNamespace, long resourceVersion)
    {
        int workload = number / Replicas;
        string workloadId = Hash($"workload {workload}");
        string id = Hash($"pod {number}");
        string Value(string placeholder) => placeholder switch
        {
            "name" => $"service-{workload:0000}-{Word(workloadId, 10)}-{Word(id, 5)}",
            "namespace" => podNamespace,
            "workload" => $"service-{workload:0000}",
            "hash" => Word(workloadId, 10),
            "tier" => Tiers[workload % Tiers.Length],
            "uid" => Uid(id),
            "version" => resourceVersion.ToString(CultureInfo.InvariantCulture),
            "rand" => Word(id, 5),
            "ip" => string.Create(CultureInfo.InvariantCulture, $"10.{245 + (number >> 16)}.{number >> 8 & 0xff}.{number & 0xff}"),
            "appID" => Hash($"app {number}"),
            "sidecarID" => Hash($"sidecar {number}"),
            "debuggerID" => Hash($"debugger {number}"),
            "time" => _time,
            "node" => _node.NodeName,
            "hostIP" => _node.NodeAddress,
            "image" => _imageName,
            "imageID" => _imageId,
            _ => throw new InvalidOperationException($"The template of pods has an unknown placeholder {placeholder}."),
        };
        return (JsonObject)JsonNode.Parse(string.Concat(ChooseForm(number).Select((part, index) => index % 2 == 0 ? part : Value(part))))!;
    }

    /// <summary>One pod of a thousand is being debugged, or was.</summary>
    private string[] ChooseForm(int number) => (number % 1000, number / 1000 % 3) switch
    {
        (500, 2) => _debuggedBefore,
        (500, _) => _debugged,
        _ => _plain,
    };

    private static string[] WithEphemeralContainer(JsonNode document, string state)
    {
        JsonObject pod = document.Object("pod")!.Copy();
        JsonObject parts = document.Object("ephemeral")!;
        JsonObject status = parts.Object("status")!.Copy();
        status["state"] = parts[state]!.DeepClone();
        pod.Object("metadata")!["generation"] = 2;
        pod.Object("metadata").Array("managedFields")!.Add(parts["managedFields"]!.DeepClone());
        pod.Object("spec")!["ephemeralContainers"] = new JsonArray(parts["container"]!.DeepClone());
        pod.Object("status")!["ephemeralContainerStatuses"] = new JsonArray(status);
        return Split(pod);
    }

    private static string[] Split(JsonNode pod) => Placeholder().Split(ApiJson.ToText(pod));

    /// <summary>64 hexadecimal digits, the same for the same text.</summary>
    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Uid(string hash) => $"{hash[..8]}-{hash[8..12]}-4{hash[13..16]}-8{hash[17..20]}-{hash[20..32]}";

    /// <summary>A name's part as the API server makes it up: of letters and digits that form no words.</summary>
    private static string Word(string hash, int length)
    {
        const string letters = "bcdfghjklmnpqrstvwxz2456789";
        return string.Concat(Enumerable.Range(0, length).Select(index => letters[Convert.ToByte(hash.Substring(index * 2, 2), 16) % letters.Length]));
    }

    [GeneratedRegex(@"\{\{(?<name>\w+)\}\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
