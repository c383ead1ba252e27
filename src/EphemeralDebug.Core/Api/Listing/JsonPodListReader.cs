using System.Text.Json;
using EphemeralDebug.Api.Wire;

namespace EphemeralDebug.Api.Listing;

/// <summary>
/// Reads a PodList in JSON, each byte once, with its members in any order. At any time one pod is in memory, and of a pod
/// that is not asked for nothing is made.
/// </summary>
internal sealed class JsonPodListReader(ByteWindow window) : PodListReader
{
    // How deep the JSON is nested where something stands that is of interest.
    private const int ListDepth = 1;
    private const int ListMetadataDepth = 2;
    private const int PodDepth = 2;
    private const int SectionDepth = 3;
    private const int FieldDepth = 4;
    private const int ElementDepth = 5;

    private readonly PodKey _key = new();
    private readonly PodKey _namespace = new();
    private readonly PodKey _name = new();
    private JsonReaderState _state;
    private ListMember _listMember;
    private PodSection _section;
    private PodField _field;
    private int _scanned;
    private int _podStart = -1;
    private int _podEnd;
    private bool _isPodList;
    private bool _hasEnded;

    private enum ListMember
    {
        Other,
        Kind,
        Metadata,
        ContinueToken,
        Items,
    }

    private enum PodSection
    {
        Other,
        Metadata,
        Spec,
    }

    private enum PodField
    {
        Other,
        Name,
        Namespace,
        EphemeralContainers,
    }

    public override ReadOnlySpan<byte> Key => _key.Bytes;

    public override async ValueTask<bool> ReadAsync()
    {
        LeavePod();
        while (!_hasEnded)
        {
            if (Scan(isEnd: false))
            {
                return true;
            }

            LeaveScanned();
            if (!await window.TryFillAsync())
            {
                End();
            }
        }

        return false;
    }

    public override PodResource GetPod() =>
        JsonSerializer.Deserialize(window.Bytes[_podStart.._podEnd], WireJson.Default.PodResource)
        ?? throw new JsonException("A pod is null.");

    public override void Dispose() => window.Dispose();

    /// <summary>Reads what is here; true when the end of a pod has come.</summary>
    private bool Scan(bool isEnd)
    {
        var reader = new Utf8JsonReader(window.Bytes[_scanned..], isEnd, _state);
        bool isPod = false;
        while (!isPod && reader.Read())
        {
            isPod = reader.CurrentDepth <= ElementDepth && Take(ref reader);
        }

        _scanned += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        if (isPod)
        {
            _podEnd = _scanned;
            _key.Set(_namespace.Bytes, _name.Bytes);
        }

        return isPod;
    }

    private bool Take(ref Utf8JsonReader reader)
    {
        if (_listMember is ListMember.Items && reader.CurrentDepth >= PodDepth)
        {
            return TakeOfPod(ref reader);
        }

        TakeOfList(ref reader);
        return false;
    }

    private void TakeOfList(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName when reader.CurrentDepth == ListDepth:
                _listMember = reader.ValueTextEquals("items"u8) ? ListMember.Items
                    : reader.ValueTextEquals("metadata"u8) ? ListMember.Metadata
                    : reader.ValueTextEquals("kind"u8) ? ListMember.Kind
                    : ListMember.Other;
                break;
            case JsonTokenType.PropertyName when reader.CurrentDepth == ListMetadataDepth
                && _listMember is ListMember.Metadata or ListMember.ContinueToken:
                _listMember = reader.ValueTextEquals("continue"u8) ? ListMember.ContinueToken : ListMember.Metadata;
                break;
            case JsonTokenType.String when reader.CurrentDepth == ListDepth && _listMember is ListMember.Kind:
                _isPodList = reader.ValueTextEquals("PodList"u8);
                break;
            case JsonTokenType.String when reader.CurrentDepth == ListMetadataDepth && _listMember is ListMember.ContinueToken:
                ContinueToken = Text(ref reader);
                break;
        }
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException("A text is not in UTF-8.", exception);
        }
    }

    private bool TakeOfPod(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when reader.CurrentDepth == PodDepth:
                BeginPod(_scanned + (int)reader.TokenStartIndex);
                break;
            case JsonTokenType.EndObject when reader.CurrentDepth == PodDepth:
                return true;
            case JsonTokenType.StartObject when reader.CurrentDepth == ElementDepth:
                HasEphemeralContainers |= _section is PodSection.Spec && _field is PodField.EphemeralContainers;
                break;
            case JsonTokenType.PropertyName when reader.CurrentDepth == SectionDepth:
                (_section, _field) = (SectionOf(ref reader), PodField.Other);
                break;
            case JsonTokenType.PropertyName when reader.CurrentDepth == FieldDepth:
                _field = FieldOf(ref reader);
                break;
            case JsonTokenType.String when reader.CurrentDepth == FieldDepth && _section is PodSection.Metadata:
                TakeName(ref reader);
                break;
        }

        return false;
    }

    private static PodSection SectionOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("metadata"u8) ? PodSection.Metadata
        : reader.ValueTextEquals("spec"u8) ? PodSection.Spec
        : PodSection.Other;

    private static PodField FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("name"u8) ? PodField.Name
        : reader.ValueTextEquals("namespace"u8) ? PodField.Namespace
        : reader.ValueTextEquals("ephemeralContainers"u8) ? PodField.EphemeralContainers
        : PodField.Other;

    private void TakeName(ref Utf8JsonReader reader)
    {
        switch (_field)
        {
            case PodField.Name:
                _name.Set(reader.ValueSpan);
                break;
            case PodField.Namespace:
                _namespace.Set(reader.ValueSpan);
                break;
        }
    }

    private void BeginPod(int start)
    {
        _podStart = start;
        HasEphemeralContainers = false;
        _name.Set([]);
        _namespace.Set([]);
    }

    private void LeavePod()
    {
        _podStart = -1;
        LeaveScanned();
    }

    /// <summary>Passes over what has been read, but for a pod that is not complete.</summary>
    private void LeaveScanned()
    {
        int count = _podStart < 0 ? _scanned : _podStart;
        window.Pass(count);
        _scanned -= count;
        _podStart = _podStart < 0 ? -1 : 0;
    }

    private void End()
    {
        try
        {
            Scan(isEnd: true);
        }
        catch (JsonException exception)
        {
            throw new EndOfStreamException("the answer broke off", exception);
        }

        _hasEnded = true;
        if (!_isPodList)
        {
            throw new InvalidDataException("It is no list of pods.");
        }
    }
}
