"""The peer of ``bench_page.py``: nothing but a filter and one Plotly chart."""

import plotly.graph_objects as go
import streamlit as st

st.set_page_config(layout="wide")
with st.sidebar:
    kept = st.multiselect("Diagnosis", ["SJS", "TEN"], key="only_diagnosis", bind="query-params")
st.markdown(f"{len(kept)} kept", width="content")
figure = go.Figure(go.Scatter(x=[1, 2, 3], y=[1, 3, 2 + len(kept)], mode="lines"))
figure.update_layout(height=560, title=f"{len(kept)} kept")
st.plotly_chart(figure, theme=None)
