namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>How the value of a protobuf field is written.</summary>
internal enum WireType
{
    Number = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
