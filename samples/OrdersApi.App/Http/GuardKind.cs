namespace OrdersApi.App.Http;

/// <summary>Which credentials a route asks for.</summary>
internal enum GuardKind
{
    /// <summary>None above what the handshake demands.</summary>
    Public,

    /// <summary>The certificate of an account.</summary>
    Certificate,

    /// <summary>The certificate of an account, and a token that is bound to it.</summary>
    Token,

    /// <summary>The certificate of an account, and a session that was begun with it.</summary>
    Session,

    /// <summary>The certificate of a member of staff.</summary>
    Staff,
}
