//! How to render.

/// How to render. Which kpt to follow, the package tree knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RenderOptions {
    /// Functions may be programs of the machine (`exec`).
    pub allow_exec: bool,
    /// A function may return an empty list and so delete all resources of its package.
    pub allow_empty: bool,
}
